/** Beginning a conversation: once, and with nothing lost that was typed for it. */
import { expect, test } from "vitest";
import { Page } from "../../tests/fakes/chat";
import { ANNA, BEN, CLARA, World } from "../../tests/fakes/world";

async function opened(world: World): Promise<Page> {
  const page = new Page(world, ANNA);
  await world.pass(1_000);
  return page;
}

test("a failed creation keeps its id, so that a retry makes no second group", async () => {
  const world = new World();
  const page = await opened(world);
  const dialog = (await page.later()).newConversation();
  dialog.choose(BEN);
  dialog.choose(CLARA);
  const before = world.server.journal.streams.size;
  const first = dialog.create();
  await world.pass(7);
  world.server.reachable = false;
  await world.pass(50);
  expect(await first).toBe(false);
  expect(dialog.state.get().trouble?.code).toBe("offline");
  world.server.reachable = true;
  const second = dialog.create();
  await world.pass(200);
  expect(await second).toBe(true);
  expect(world.server.journal.streams.size).toBe(before + 1);
});

test("what was typed for many is there at the next opening, until it is given up; its recipients are not", async () => {
  const world = new World();
  const page = await opened(world);
  const anew = async () => (await page.later()).newConversation();
  const first = await anew();
  first.choose(BEN);
  first.choose(CLARA);
  first.setApart(true);
  first.setText("The branch closes at noon");
  first.close();
  const second = await anew();
  const kept = {
    chosen: [],
    outsideNames: [],
    text: "The branch closes at noon",
    canCreate: false,
  };
  expect(second.state.get()).toMatchObject(kept);
  second.choose(BEN);
  second.choose(CLARA);
  expect(second.state.get()).toMatchObject({ apart: true, canCreate: true });
  second.discard();
  second.close();
  const third = await anew();
  expect(third.state.get()).toMatchObject({ chosen: [], text: "" });
  third.choose(BEN);
  third.close();
  const fourth = await anew();
  expect(fourth.state.get().chosen).toEqual([]);
});

test("what was sent is not there at the next opening", async () => {
  const world = new World();
  const page = await opened(world);
  const anew = async () => (await page.later()).newConversation();
  const sent = await anew();
  sent.choose(BEN);
  sent.choose(CLARA);
  sent.setTitle("Mergers");
  const done = sent.create();
  await world.pass(200);
  expect(await done).toBe(true);
  expect((await anew()).state.get()).toMatchObject({ chosen: [], title: "" });
});
