/** Message info: who has read and received a message, while it is open. */
import { expect, test } from "vitest";
import { Page } from "../../tests/fakes/chat";
import { ANNA, BEN, CLARA, World } from "../../tests/fakes/world";

async function opened(world: World, conv: string, eventId: string) {
  const page = new Page(world, ANNA);
  await world.pass(1_000);
  await page.open(conv);
  const info = (await page.details()).info(eventId);
  await world.pass(100);
  const ids = () => {
    const { read, delivered, waiting } = info.state.get();
    return [read, delivered, waiting].map((part) => part.map(({ person }) => person.id));
  };
  return { info, ids };
}

test("whoever receives and reads a message moves while the sheet is open", async () => {
  const world = new World();
  const conv = world.group(ANNA, BEN, CLARA);
  const { event_id } = world.say(conv, ANNA, "Hello");
  const { ids } = await opened(world, conv, event_id);
  expect(ids()).toEqual([[], [], [BEN, CLARA]]);
  const ben = new Page(world, BEN);
  await world.pass(5_000);
  expect(ids()).toEqual([[], [BEN], [CLARA]]);
  await ben.open(conv);
  ben.conversation.timeline.seen(ben.rows.at(-1)?.key ?? "");
  await world.pass(5_000);
  expect(ids()).toEqual([[BEN], [], [CLARA]]);
});

test("what is said later asks the server nothing, and a closed sheet neither", async () => {
  const world = new World();
  const conv = world.group(ANNA, BEN);
  const { event_id } = world.say(conv, ANNA, "Hello");
  const { info, ids } = await opened(world, conv, event_id);
  const { looks } = world.server.messages;
  world.say(conv, BEN, "Anything new?");
  await world.pass(5_000);
  expect(world.server.messages.looks).toBe(looks);
  info.close();
  const ben = new Page(world, BEN);
  await world.pass(5_000);
  await ben.open(conv);
  await world.pass(5_000);
  expect(ids()).toEqual([[], [], [BEN]]);
});
