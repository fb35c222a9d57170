/** One's own status: set, shown at once, over after its end, taken back. */
import { expect, test } from "vitest";
import { Page } from "../../tests/fakes/chat";
import { ANNA, BEN, World } from "../../tests/fakes/world";
import { saysNow } from "./people";

test("a status is kept, shown, over after its end, and taken back", async () => {
  const world = new World();
  world.group(ANNA, BEN);
  const page = new Page(world, ANNA);
  await world.pass(1_000);
  const status = (await page.later()).status();
  const until = "2027-01-01T08:00:00.000000Z";
  void status.keep({ text: "At the notary", quiet: true, until });
  await world.pass(1_000);
  expect(status.state.get()).toEqual({ busy: false, done: "set" });
  const me = page.chat.me.get();
  expect(me.status).toEqual({ text: "At the notary", quiet: true, until });
  expect(saysNow(me, Date.parse(until) - 1)).toBe(me.status);
  expect(saysNow(me, Date.parse(until))).toBeUndefined();
  void status.keep({});
  await world.pass(1_000);
  expect(status.state.get()).toEqual({ busy: false, done: "removed" });
});
