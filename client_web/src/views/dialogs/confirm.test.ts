/** A question goes away once what it asked about is done. */
import { expect, test } from "vitest";
import { carryOut } from "./confirm";

async function carriedOut(doing: string | undefined, work: () => Promise<void>): Promise<string[]> {
  const steps: string[] = [];
  const done = carryOut(
    {
      doing,
      onYes: () => {
        steps.push("work");
        return work();
      },
    },
    () => steps.push("busy"),
    () => steps.push("close"),
  );
  await done.catch(() => steps.push("failed"));
  return steps;
}

test("at once, before the work", async () => {
  expect(await carriedOut(undefined, async () => {})).toEqual(["close", "work"]);
});

test("after the work, where it says what is being done", async () => {
  expect(await carriedOut("Leaving", async () => {})).toEqual(["busy", "work", "close"]);
});

test("also where the work failed: nobody is kept before a question that is busy for ever", async () => {
  const failing = () => Promise.reject(new Error("broken"));
  expect(await carriedOut("Leaving", failing)).toEqual(["busy", "work", "close", "failed"]);
});
