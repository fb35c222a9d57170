import { expect, test } from "vitest";
import { Page } from "../../tests/fakes/chat";
import { ANNA, World } from "../../tests/fakes/world";

async function opened(world: World) {
  const page = new Page(world, ANNA);
  await world.pass(1_000);
  return { page, model: (await page.later()).picture() };
}

test("an own picture is shown as soon as it is on the record, and taken away again", async () => {
  const world = new World();
  const { page, model } = await opened(world);
  const setting = model.set({ size: 5, type: "image/png" });
  expect(model.state.get().busy).toBe(true);
  await world.pass(1_000);
  await setting;
  expect(model.state.get()).toEqual({ busy: false, done: "set" });
  expect(page.chat.me.get().picture).toBe(`/api/v1/pictures/${"a".repeat(64)}`);
  const removing = model.remove();
  await world.pass(1_000);
  await removing;
  expect(page.chat.me.get().picture).toBeUndefined();
});

test("a file that is no picture is refused in words, and the old one stays", async () => {
  const world = new World();
  const { page, model } = await opened(world);
  const setting = model.set({ size: 5, type: "application/pdf" });
  await world.pass(1_000);
  await setting;
  expect(model.state.get()).toMatchObject({ busy: false, trouble: { code: "bad_picture" } });
  expect(page.chat.me.get().picture).toBeUndefined();
});
