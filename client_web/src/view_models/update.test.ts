import { expect, test } from "vitest";
import { Page } from "../../tests/fakes/chat";
import { ANNA, BEN, World } from "../../tests/fakes/world";

/** Anna's page with a conversation open, and a newer version there. */
async function newer() {
  const world = new World();
  const conv = world.group(ANNA, BEN);
  const page = new Page(world, ANNA);
  await world.pass(5_000);
  await page.open(conv);
  page.shell.newer.set(true);
  const update = page.chat.update.get();
  if (update === undefined) throw new Error("nothing is known of versions");
  const { composer } = page.conversation;
  return { world, conv, page, update, composer, ready: () => update.ready.get() };
}

test("a newer version is offered, and taken with the draft and what waits on the device", async () => {
  const { world, conv, page, update, composer, ready } = await newer();
  expect(ready()).toBe(true);
  page.browser.network.set(false);
  world.server.cut();
  await world.pass(1_000);
  page.write("waits");
  composer.setText("half a sen");
  await update.take();
  expect(page.shell.reloaded).toBe(1);
  const store = page.vault.kept?.store;
  expect(store?.texts.get(conv)).toBe("half a sen");
  expect([...(store?.rows.values() ?? [])].map(({ command }) => command)).toMatchObject([
    { text: "waits" },
  ]);
});

test("nothing is offered while there is no newer one", async () => {
  const { page, update, ready } = await newer();
  page.shell.newer.set(false);
  expect(ready()).toBe(false);
  await update.take();
  expect(page.shell.reloaded).toBe(0);
});

test("it waits while files lie beside a text, and for their conversation too when another is open", async () => {
  const { world, page, composer, ready } = await newer();
  composer.addFiles([new Blob(["offer"])]);
  await world.pass(1);
  expect(ready()).toBe(false);
  page.chat.close();
  await world.pass(1);
  expect(ready()).toBe(false);
});

test("it waits while a voice note is recorded, and not for an edit: that is kept", async () => {
  const { world, conv, page, update, composer, ready } = await newer();
  page.write("to be edited");
  await world.pass(500);
  const [row] = page.messages;
  const note = await composer.record();
  await world.pass(1);
  expect(ready()).toBe(false);
  await update.take();
  expect(page.shell.reloaded).toBe(0);
  note.cancel();
  await world.pass(1);
  expect(ready()).toBe(true);
  composer.edit(row?.eventId ?? "");
  composer.setText("edited");
  expect(ready()).toBe(true);
  await update.take();
  page.close();
  const again = new Page(world, ANNA, page.vault, { browser: page.browser });
  await world.pass(1_000);
  await again.open(conv);
  expect(again.conversation.composer.state.get()).toMatchObject({ mode: "edit", text: "edited" });
});

test("a device that keeps nothing waits until what is begun is sent", async () => {
  const { world, page, composer, ready } = await newer();
  const store = page.vault.kept?.store;
  if (store === undefined) throw new Error("nothing is kept");
  store.keeps = false;
  composer.setText("only here");
  store.keepsChanged.emit();
  expect(ready()).toBe(false);
  composer.send();
  await world.pass(2_000);
  expect(ready()).toBe(true);
});

test("whoever comes back to a server that was away asks for a newer version", async () => {
  const { world, page } = await newer();
  const before = page.shell.looked;
  world.server.cut();
  await world.pass(5_000);
  expect(page.shell.looked).toBe(before + 1);
});

test("nothing more is offered once somebody has signed out", async () => {
  const { page, world, ready } = await newer();
  page.shell.newer.set(false);
  const out = page.chat.signOut(true);
  await world.pass(100);
  await out;
  expect(page.screen.kind).toBe("sign_in");
  page.shell.newer.set(true);
  expect(ready()).toBe(false);
});
