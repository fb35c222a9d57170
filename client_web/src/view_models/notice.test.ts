import { expect, test } from "vitest";
import { Page } from "../../tests/fakes/chat";
import { notice } from "../../tests/fakes/clients";
import { BEN, CLARA, World } from "../../tests/fakes/world";

/** Clara, who accepted another text than the one in force. */
async function due(world = new World()): Promise<{ world: World; page: Page }> {
  world.server.clients.accepted.set(CLARA, "0".repeat(64));
  const page = new Page(world, CLARA);
  await world.pass(1_000);
  return { world, page };
}

test("the notice comes before anything else, and no socket is opened before", async () => {
  const { world, page } = await due();
  expect(page.notice.state.get().notice.paragraphs).toEqual([
    "First paragraph.",
    "Second paragraph.",
  ]);
  await world.pass(60_000);
  expect(world.server.hellos).toEqual([]);
  expect(page.vault.kept).toBeUndefined();
});

test("accepting it leads to the chat, and it is not asked for again", async () => {
  const { world, page } = await due();
  void page.notice.accept();
  await world.pass(1_000);
  expect(page.chat.me.get().id).toBe(CLARA);
  expect(page.chat.status.state.get().connection).toBe("online");
  page.close();
  const again = new Page(world, CLARA, page.vault);
  await world.pass(5_000);
  expect(again.screen.kind).toBe("chat");
});

test("a text that changes while it is read is shown anew", async () => {
  const { world, page } = await due();
  world.server.clients.notice = notice("The new text.");
  void page.notice.accept();
  await world.pass(100);
  expect(page.notice.state.get()).toMatchObject({
    changed: true,
    busy: false,
    notice: { paragraphs: ["The new text."] },
  });
  void page.notice.accept();
  await world.pass(1_000);
  expect(page.screen.kind).toBe("chat");
});

test("it is shown in the language that is chosen, which is what is accepted", async () => {
  const world = new World();
  const english = notice("In English.", "en");
  world.server.clients.texts.set("en", english);
  const { page } = await due(world);
  expect(page.notice.state.get()).toMatchObject({ again: true, notice: { locale: "pl" } });
  void page.notice.speak("en");
  await world.pass(100);
  const shown = { changed: false, busy: false, notice: { paragraphs: ["In English."] } };
  expect(page.notice.state.get()).toMatchObject(shown);
  void page.notice.accept();
  await world.pass(1_000);
  expect(page.screen.kind).toBe("chat");
  expect(world.server.clients.accepted.get(CLARA)).toBe(english.sha256);
});

test("without an answer it says so and can be accepted again", async () => {
  const { world, page } = await due();
  world.server.reachable = false;
  void page.notice.accept();
  await world.pass(100);
  expect(page.notice.state.get()).toMatchObject({ busy: false, trouble: { code: "offline" } });
  world.server.reachable = true;
  void page.notice.accept();
  await world.pass(1_000);
  expect(page.screen.kind).toBe("chat");
});

test("signing out instead leaves nothing", async () => {
  const { world, page } = await due();
  void page.notice.signOut();
  await world.pass(100);
  expect(page.signIn.state.get().reason).toBe("signed_out");
});

test("a client can have their copy and leave instead, and ends where clients come back", async () => {
  const { world, page } = await due();
  const { copy, leave } = page.notice.ways ?? {};
  copy?.watch();
  copy?.make("en");
  await world.pass(100);
  expect(copy?.state.get().copy).toMatchObject({ state: "making" });
  world.server.reachable = false;
  void leave?.();
  await world.pass(100);
  expect(page.notice.state.get()).toMatchObject({ busy: false, trouble: { code: "offline" } });
  world.server.reachable = true;
  void leave?.();
  await world.pass(100);
  expect(page.signIn.state.get().reason).toBe("left");
  expect(page.signIn.client?.state.get().step).toBe("address");
});

test("the firm's own people have neither", async () => {
  const world = new World();
  world.server.clients.accepted.set(BEN, "0".repeat(64));
  const page = new Page(world, BEN);
  await world.pass(1_000);
  expect(page.notice.ways).toBeUndefined();
});

test("a session that ended leads to the sign-in", async () => {
  const { world, page } = await due();
  world.server.signedOut.add(CLARA);
  void page.notice.accept();
  await world.pass(100);
  expect(page.signIn.state.get().reason).toBe("session_ended");
});

test("one that comes into force during a chat shows at the next connection; unsent texts stay", async () => {
  const world = new World();
  const conv = world.group(BEN, CLARA);
  world.server.clients.accepted.set(CLARA, world.server.clients.notice.sha256);
  const page = new Page(world, CLARA);
  await world.pass(5_000);
  await page.open(conv);
  world.server.clients.notice = notice("The new text.");
  world.server.cut();
  page.write("still mine");
  await world.pass(60_000);
  expect(page.notice.state.get().notice.paragraphs).toEqual(["The new text."]);
  expect(world.texts(conv)).toEqual([]);
  void page.notice.accept();
  await world.pass(5_000);
  expect(world.texts(conv)).toEqual(["still mine"]);
  expect(page.chat.conversation.get()?.id).toBe(conv);
});
