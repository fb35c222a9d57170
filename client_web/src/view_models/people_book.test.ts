import { expect, test } from "vitest";
import { Page } from "../../tests/fakes/chat";
import { ANNA, CLARA, World } from "../../tests/fakes/world";

test("clients are offered to those who answer for them", async () => {
  const world = new World();
  const page = new Page(world, ANNA);
  await world.pass(1_000);
  const dialog = (await page.later()).newConversation();
  const names = () => dialog.state.get().candidates.map(({ name }) => name);
  dialog.search("cl");
  expect(names()).toEqual([]);
  page.chat.openDirect(CLARA);
  await world.pass(1_000);
  dialog.search("clara");
  expect(names()).toEqual(["Clara Ito"]);
});

test("a client for whom nobody answers yet is offered, until somebody does", async () => {
  const world = new World();
  const clara = world.server.people.get(CLARA);
  if (clara === undefined) throw new Error("Clara is gone");
  world.server.people.set(CLARA, { ...clara, unserved: true });
  const page = new Page(world, ANNA);
  await world.pass(1_000);
  const dialog = (await page.later()).newConversation();
  const names = () => dialog.state.get().candidates.map(({ name }) => name);
  dialog.search("clara");
  expect(names()).toEqual(["Clara Ito"]);
  const switcher = (await page.later()).switcher();
  const offered = () => switcher.state.get().offers.map(({ kind }) => kind);
  switcher.search("clara");
  expect(offered()).toEqual(["person", "messages"]);
  world.server.tell(clara);
  await world.pass(1_000);
  expect(names()).toEqual([]);
  expect(offered()).toEqual(["messages"]);
});
