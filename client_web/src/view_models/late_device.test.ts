/** The page on a device that does not answer: what the server says is shown, and nobody waits. */
import { expect, test } from "vitest";
import { FakeVault, Page } from "../../tests/fakes/chat";
import { hang } from "../../tests/fakes/device";
import { ANNA, BEN, World } from "../../tests/fakes/world";

/** An earlier visit left a message that could not go. */
async function left() {
  const world = new World();
  const conv = world.group(ANNA, BEN);
  const page = new Page(world, ANNA);
  await world.pass(5_000);
  await page.open(conv);
  world.server.reachable = false;
  world.server.cut(ANNA);
  await world.pass(1_000);
  page.conversation.composer.setText("from before");
  page.conversation.composer.send();
  await world.pass(1_000);
  page.close();
  world.server.reachable = true;
  return { world, conv, before: page };
}

async function says({ world, page, conv }: { world: World; page: Page; conv: string }) {
  await page.open(conv);
  page.conversation.composer.setText("new");
  page.conversation.composer.send();
  await world.pass(5_000);
}

test("what an earlier visit left cannot be read: the chat comes all the same, and its rest later", async () => {
  const { world, conv, before } = await left();
  const go = hang(before.vault, "existing");
  const page = new Page(world, ANNA, before.vault, { browser: before.browser });
  await world.pass(10_000);
  expect(page.screen.kind).toBe("chat");
  await says({ world, page, conv });
  expect(world.texts(conv)).toEqual(["new"]);
  const { store } = before.vault.kept ?? {};
  go();
  await world.pass(60_000);
  expect(world.texts(conv)).toEqual(["new", "from before"]);
  expect(before.vault.kept?.store).toBe(store);
  expect(store?.rows.size).toBe(0);
});

test("a snapshot that cannot be read is done without", async () => {
  const { world, conv, before } = await left();
  const { store } = before.vault.kept ?? {};
  if (store === undefined) throw new Error("nothing is kept");
  hang(store, "snapshot");
  const page = new Page(world, ANNA, before.vault, { browser: before.browser });
  await world.pass(10_000);
  await says({ world, page, conv });
  expect(world.texts(conv)).toEqual(["from before", "new"]);
});

test("whoever signs out sees so at once; what is here goes as soon as the device answers", async () => {
  const { world, before } = await left();
  const page = new Page(world, ANNA, before.vault, { browser: before.browser });
  await world.pass(5_000);
  const go = hang(page.vault, "destroy");
  world.server.signedOut.add(ANNA);
  world.server.say({ t: "bye", code: "session_ended", detail: "", final: true }, ANNA);
  await world.pass(5_000);
  expect(page.screen.kind).toBe("sign_in");
  go();
  await world.pass(1_000);
  expect(page.vault.kept).toBeUndefined();
});

test("a store that opens after its person signed out is destroyed", async () => {
  const world = new World();
  const vault = new FakeVault();
  const go = hang(vault, "existing");
  const page = new Page(world, ANNA, vault);
  await world.pass(10_000);
  expect(page.screen.kind).toBe("chat");
  world.server.signedOut.add(ANNA);
  world.server.say({ t: "bye", code: "session_ended", detail: "", final: true }, ANNA);
  await world.pass(5_000);
  expect(page.screen.kind).toBe("sign_in");
  go();
  await world.pass(5_000);
  expect([vault.kept, vault.destroyed]).toEqual([undefined, 1]);
});

test("the server hears of a lock, and the texts go as soon as the device answers", async () => {
  const { world, before } = await left();
  const page = new Page(world, ANNA, before.vault, { browser: before.browser });
  await world.pass(65_000);
  const { store } = page.vault.kept ?? {};
  if (store === undefined) throw new Error("nothing is kept");
  expect(store.kept?.conversations).not.toEqual([]);
  const go = hang(store, "snapshot", "putSnapshot");
  page.chat.lockNow();
  await world.pass(10_000);
  expect([page.screen.kind, world.server.lock.locked.has(ANNA)]).toEqual(["locked", true]);
  go();
  await world.pass(1_000);
  expect(store.kept?.conversations).toEqual([]);
});
