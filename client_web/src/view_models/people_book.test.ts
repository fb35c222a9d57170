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
