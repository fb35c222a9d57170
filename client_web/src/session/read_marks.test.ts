import { expect, test } from "vitest";
import { ANNA, BEN, World } from "../../tests/fakes/world";
import type { Session } from "./session";

function marks(session: Session, conv: string) {
  const conversation = session.roster.conversations.get(conv);
  return { unread: conversation?.unread, read: session.positions.readUpTo(conv) };
}

test("what is read on one device is read on the other, to the message, whoever reads further", async () => {
  const world = new World();
  const conv = world.group(ANNA, BEN);
  const [desk, phone] = [world.browser(ANNA).open(), world.browser(ANNA).open()];
  const ben = world.browser(BEN).open();
  await world.pass(1_000);
  for (let i = 0; i < 5; i += 1) world.say(conv, BEN, `message ${i}`);
  await world.pass(1_000);
  desk.positions.read(conv, 2);
  await world.pass(2_000);
  expect(marks(phone, conv)).toEqual({ unread: 3, read: 2 });
  phone.positions.read(conv, 4);
  desk.positions.read(conv, 3);
  await world.pass(2_000);
  expect(marks(desk, conv)).toEqual({ unread: 1, read: 4 });
  expect(marks(phone, conv)).toEqual({ unread: 1, read: 4 });
  const seen = ben.roster.conversations.get(conv)?.members.find(({ person }) => person === ANNA);
  expect(seen?.read).toBe(4);
});

test("an own message from the other device is not unread here", async () => {
  const world = new World();
  const conv = world.group(ANNA, BEN);
  const [desk, phone] = [world.browser(ANNA).open(), world.browser(ANNA).open()];
  await world.pass(1_000);
  world.say(conv, BEN, "one");
  await world.pass(100);
  await desk.outbox.add({ t: "send", conv, text: "two" });
  world.say(conv, BEN, "three");
  await world.pass(2_000);
  expect(marks(phone, conv).unread).toBe(2);
  desk.positions.read(conv, 3);
  await world.pass(2_000);
  expect(marks(phone, conv)).toEqual({ unread: 0, read: 3 });
});

test("a device that was away learns the marks when it comes back, and states none that are older", async () => {
  const world = new World();
  const conv = world.group(ANNA, BEN);
  const browser = world.browser(ANNA);
  const [desk, phone] = [browser.open(), world.browser(ANNA).open()];
  await world.pass(1_000);
  for (let i = 0; i < 4; i += 1) world.say(conv, BEN, `message ${i}`);
  await world.pass(1_000);
  desk.positions.read(conv, 1);
  await world.pass(2_000);
  desk.stop();
  phone.positions.read(conv, 4);
  await world.pass(2_000);
  const back = browser.open();
  await world.pass(3_000);
  expect(marks(back, conv)).toEqual({ unread: 0, read: 4 });
  expect(marks(phone, conv)).toEqual({ unread: 0, read: 4 });
});
