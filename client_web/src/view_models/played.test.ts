/** Voice notes that one has not played, on each of one's devices; and what their sender sees. */
import { expect, test } from "vitest";
import { Page } from "../../tests/fakes/chat";
import { ANNA, BEN, CLARA, World } from "../../tests/fakes/world";

async function opened(world: World, person: string, conv: string): Promise<Page> {
  const page = new Page(world, person);
  await world.pass(1_000);
  await page.open(conv);
  return page;
}

const news = (page: Page) => page.messages.map(({ files }) => files[0]?.unplayed);

test("a voice note that was played on one device is played on the others", async () => {
  const world = new World();
  const conv = world.group(ANNA, BEN);
  const own = world.speak(conv, ANNA);
  const first = world.speak(conv, BEN);
  world.speak(conv, BEN);
  const [desk, phone] = [await opened(world, ANNA, conv), await opened(world, ANNA, conv)];
  const sender = await opened(world, BEN, conv);
  expect(news(desk)).toEqual([undefined, true, true]);
  desk.conversation.timeline.played(first.event_id);
  desk.conversation.timeline.played(own.event_id);
  await world.pass(1_000);
  for (const page of [desk, phone]) expect(news(page)).toEqual([undefined, undefined, true]);
  expect(news(sender)).toEqual([true, undefined, undefined]);
  expect(news(await opened(world, ANNA, conv))).toEqual([undefined, undefined, true]);
});

test("what is played while the line is cut is told when it is there again", async () => {
  const world = new World();
  const conv = world.group(ANNA, BEN);
  const note = world.speak(conv, BEN);
  const [desk, phone] = [await opened(world, ANNA, conv), await opened(world, ANNA, conv)];
  world.server.cut(ANNA);
  desk.conversation.timeline.played(note.event_id);
  expect(news(phone)).toEqual([true]);
  await world.pass(60_000);
  for (const page of [desk, phone]) expect(news(page)).toEqual([undefined]);
});

test("message info says who has played it, while the sheet is open", async () => {
  const world = new World();
  const conv = world.group(ANNA, BEN, CLARA);
  const note = world.speak(conv, ANNA);
  const [anna, ben] = [await opened(world, ANNA, conv), await opened(world, BEN, conv)];
  const info = (await anna.details()).info(note.event_id);
  await world.pass(100);
  expect(info.state.get().played).toEqual([]);
  ben.conversation.timeline.played(note.event_id);
  await world.pass(5_000);
  const { played, read } = info.state.get();
  expect(played.map(({ person }) => person.id)).toEqual([BEN]);
  expect(read.map(({ person }) => person.id)).not.toContain(BEN);
});
