/** Statuses and absences: set, shown at once, over at their end without a reload, taken back. */
import { expect, test } from "vitest";
import { Page } from "../../tests/fakes/chat";
import { ANNA, BEN, World } from "../../tests/fakes/world";
import { wireTime } from "../session/times";

test("a status is kept, shown, over at its end, and taken back", async () => {
  const world = new World();
  world.group(ANNA, BEN);
  const page = new Page(world, ANNA);
  await world.pass(1_000);
  const status = (await page.later()).status();
  const until = wireTime(world.clock.now() + 60_000);
  void status.keep({ text: "At the notary", quiet: true, until });
  await world.pass(1_000);
  expect(status.state.get()).toEqual({ busy: false, done: "set" });
  expect(page.chat.me.get().status).toEqual({ text: "At the notary", quiet: true, until });
  await world.pass(58_000);
  expect(page.chat.me.get().status).toBeDefined();
  await world.pass(2_000);
  expect(page.chat.me.get().status).toBeUndefined();
  void status.keep({ text: "Back" });
  await world.pass(1_000);
  void status.keep({});
  await world.pass(1_000);
  expect(status.state.get()).toEqual({ busy: false, done: "removed" });
});

test("an absence shows from its beginning to its end, in the list", async () => {
  const world = new World();
  world.group(ANNA, BEN);
  const page = new Page(world, ANNA);
  await world.pass(1_000);
  const ben = world.server.people.get(BEN);
  if (ben === undefined) throw new Error("no Ben");
  const [starts, until] = [30_000, 90_000].map((ms) => wireTime(world.clock.now() + ms));
  const person = { ...ben, away: { starts: starts ?? "", until: until ?? "" } };
  world.server.tell(person);
  const shown = () =>
    page.chat.list.state.get().items[0]?.others.find(({ id }) => id === BEN)?.awayUntil;
  await world.pass(29_000);
  expect(shown()).toBeUndefined();
  await world.pass(2_000);
  expect(shown()).toBe(until);
  await world.pass(58_000);
  expect(shown()).toBe(until);
  await world.pass(2_000);
  expect(shown()).toBeUndefined();
});
