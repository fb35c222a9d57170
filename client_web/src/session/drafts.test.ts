import { expect, test } from "vitest";
import { FakeClock } from "../../tests/fakes/clock";
import { FakeHub, FakeStore } from "../../tests/fakes/device";
import { Drafts } from "./drafts";
import type { OutboxNews } from "./outbox_options";

test("a draft is kept also while somebody types without a pause", async () => {
  const [clock, store] = [new FakeClock(), new FakeStore()];
  const drafts = new Drafts(clock, store, new FakeHub<OutboxNews>().join());
  for (let keys = 1; keys <= 10; keys += 1) {
    drafts.set("c", "x".repeat(keys));
    await clock.advance(100);
  }
  expect((await store.drafts()).get("c")?.length).toBeGreaterThan(7);
  await clock.advance(250);
  expect((await store.drafts()).get("c")).toBe("x".repeat(10));
});

test("two tabs write on one draft, and what one sends is gone in both", async () => {
  const [clock, store, hub] = [new FakeClock(), new FakeStore(), new FakeHub<OutboxNews>()];
  const [one, two] = [0, 1].map(() => new Drafts(clock, store, hub.join()));
  await Promise.all([one?.start(), two?.start()]);
  one?.set("c", "Dear Mr");
  await clock.advance(250);
  expect(two?.get("c")).toBe("Dear Mr");
  two?.set("c", "Dear Mr Lis");
  // Typed meanwhile, and older than what comes: it stays until it is kept, and then it is the draft.
  one?.set("c", "Dear Mrs");
  await clock.advance(250);
  expect([one?.get("c"), two?.get("c")]).toEqual(["Dear Mrs", "Dear Mrs"]);
  one?.set("c", "");
  await clock.advance(250);
  expect([two?.get("c"), (await store.drafts()).size]).toEqual(["", 0]);
});

test("what is sent stays on the device as a draft until its message lies there", async () => {
  const [clock, store] = [new FakeClock(), new FakeStore()];
  const drafts = new Drafts(clock, store, new FakeHub<OutboxNews>().join());
  drafts.set("c", "Dear Mr Lis");
  await clock.advance(250);
  let kept = () => {};
  const message = new Promise<void>((resolve) => {
    kept = resolve;
  });
  drafts.set("c", "", message);
  expect(drafts.get("c")).toBe("");
  void drafts.flush(); // the page is left
  await clock.advance(1_000);
  expect((await store.drafts()).get("c")).toBe("Dear Mr Lis");
  drafts.set("c", "and");
  await clock.advance(1_000);
  expect((await store.drafts()).get("c")).toBe("Dear Mr Lis");
  kept();
  await clock.advance(0);
  expect((await store.drafts()).get("c")).toBe("and");
});

test("a message that could not be kept holds its draft no longer", async () => {
  const [clock, store] = [new FakeClock(), new FakeStore()];
  const drafts = new Drafts(clock, store, new FakeHub<OutboxNews>().join());
  drafts.set("c", "Dear Mr Lis");
  await clock.advance(250);
  drafts.set("c", "", Promise.reject(new Error("no room")));
  await clock.advance(250);
  expect((await store.drafts()).size).toBe(0);
});
