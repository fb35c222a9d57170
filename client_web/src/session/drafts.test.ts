import { expect, test } from "vitest";
import { FakeClock } from "../../tests/fakes/clock";
import { FakeStore } from "../../tests/fakes/device";
import { Drafts } from "./drafts";

test("a draft is kept also while somebody types without a pause", async () => {
  const [clock, store] = [new FakeClock(), new FakeStore()];
  const drafts = new Drafts(clock, store);
  for (let keys = 1; keys <= 10; keys += 1) {
    drafts.set("c", "x".repeat(keys));
    await clock.advance(100);
  }
  expect((await store.drafts()).get("c")?.length).toBeGreaterThan(7);
  await clock.advance(250);
  expect((await store.drafts()).get("c")).toBe("x".repeat(10));
});
