/** What is answered and what is edited stays with the draft, here and on the device. */
import { expect, test } from "vitest";
import { Page } from "../../tests/fakes/chat";
import { scene, texts } from "../../tests/fakes/scene";
import { ANNA, BEN, type World } from "../../tests/fakes/world";

const state = (page: Page) => page.conversation.composer.state.get();

/** The same browser's page, opened anew. */
async function reloaded(world: World, conv: string, before: Page): Promise<Page> {
  await world.pass(1_000);
  before.close();
  const page = new Page(world, ANNA, before.vault, { browser: before.browser });
  await world.pass(1_000);
  await page.open(conv);
  return page;
}

/** Anna's page with something of hers, which she edits, and what she had begun before. */
async function editing() {
  const made = await scene(0);
  const { world, conv, page } = made;
  const other = world.group(ANNA, BEN);
  await page.open(conv);
  const own = world.say(conv, ANNA, "at nine");
  await world.pass(100);
  page.conversation.composer.setText("begun");
  page.conversation.composer.edit(own.event_id);
  return { ...made, other, own };
}

test("an edit is there again after another conversation was looked at, and after a reload", async () => {
  const { world, conv, page, other, own } = await editing();
  page.conversation.composer.setText("at ten");
  await page.open(other);
  expect(state(page)).toMatchObject({ mode: "new", text: "" });
  await page.open(conv);
  expect(state(page)).toMatchObject({ mode: "edit", text: "at ten", editing: own.event_id });
  const again = await reloaded(world, conv, page);
  expect(state(again)).toMatchObject({ mode: "edit", text: "at ten", editing: own.event_id });
  again.conversation.composer.send();
  await world.pass(100);
  expect(texts(again)).toEqual(["at ten"]);
  expect(state(again)).toMatchObject({ mode: "new", text: "begun" });
});

test("what was typed to edit a message that is removed meanwhile is a draft, and that is said", async () => {
  const { world, conv, page, other, own } = await editing();
  page.conversation.composer.setText("at ten");
  await page.open(other);
  world.remove(own);
  await world.pass(100);
  await page.open(conv);
  const left = { mode: "new", orphaned: true, text: "at ten\nbegun", editing: undefined };
  expect(state(page)).toMatchObject(left);
  const again = await reloaded(world, conv, page);
  expect(state(again)).toMatchObject(left);
  again.conversation.composer.send();
  await world.pass(100);
  expect(world.texts(conv)).toContain("at ten\nbegun");
  expect(state(again).orphaned).toBeUndefined();
});

test("what others said does not lie on the device with a draft, and of what is removed nothing", async () => {
  const { world, conv, page, other, own } = await editing();
  const question = world.say(conv, BEN, "account 4711");
  await world.pass(100);
  page.conversation.composer.cancel();
  page.conversation.composer.reply(question.event_id);
  page.conversation.composer.edit(own.event_id);
  await page.open(other);
  await world.pass(1_000);
  const kept = () => [...(page.vault.kept?.store.texts.values() ?? [])].join();
  expect(kept()).toMatch(/begun.*at nine/);
  expect(kept()).not.toContain("account 4711");
  world.remove(question);
  world.remove(own);
  await world.pass(1_000);
  expect(kept()).not.toContain("at nine");
  await page.open(conv);
  expect(state(page)).toMatchObject({ mode: "reply", text: "begun", quote: { text: undefined } });
});

/** Anna's page, opened anew with a reply that she had begun; so many messages came since its question. */
async function replying(more: number) {
  const { world, conv, page } = await scene(0);
  await page.open(conv);
  const question = world.say(conv, BEN, "When?");
  await world.pass(100);
  page.conversation.composer.reply(question.event_id);
  page.conversation.composer.setText("At noon");
  for (let i = 0; i < more; i += 1) world.say(conv, BEN, `more ${i}`);
  return { world, again: await reloaded(world, conv, page) };
}

test("a quote that lies further back than what is loaded keeps its author", async () => {
  const { world, again } = await replying(600);
  expect(state(again).quote).toMatchObject({ author: { name: "Ben Ode" }, text: "…" });
  again.conversation.composer.send();
  await world.pass(100);
  expect(again.messages.at(-1)).toMatchObject({ text: "At noon", quote: { text: "When?" } });
});

test("a quote says what its message says as soon as that is loaded, pages back as well", async () => {
  const { again } = await replying(300);
  expect(state(again).quote).toMatchObject({ author: { name: "Ben Ode" }, text: "When?" });
});

test("a message that is removed before anything was typed to edit it leaves nothing", async () => {
  const { world, page, own } = await editing();
  world.remove(own);
  await world.pass(100);
  expect(state(page)).toMatchObject({ mode: "new", orphaned: undefined, text: "begun" });
});

test("a reply keeps what it answers, on the device as well, also behind an edit", async () => {
  const { world, conv, page } = await scene(0);
  const other = world.group(ANNA, BEN);
  await page.open(conv);
  const question = world.say(conv, BEN, "When?");
  const own = world.say(conv, ANNA, "at nine");
  await world.pass(100);
  page.conversation.composer.reply(question.event_id);
  page.conversation.composer.setText("At noon");
  await page.open(other);
  await page.open(conv);
  expect(state(page)).toMatchObject({ mode: "reply", text: "At noon", quote: { text: "When?" } });
  const again = await reloaded(world, conv, page);
  expect(state(again)).toMatchObject({ mode: "reply", text: "At noon", quote: { text: "When?" } });
  const { composer } = again.conversation;
  composer.edit(own.event_id);
  composer.cancel();
  expect(state(again)).toMatchObject({ mode: "reply", text: "At noon" });
  composer.send();
  await world.pass(100);
  expect(again.messages.at(-1)).toMatchObject({ text: "At noon", quote: { text: "When?" } });
  expect(state(again)).toMatchObject({ mode: "new", text: "" });
});

test("the reply says that what it answers was removed, and goes as a message of its own", async () => {
  const { world, conv, page } = await scene(0);
  await page.open(conv);
  const question = world.say(conv, BEN, "When?");
  await world.pass(100);
  const { composer } = page.conversation;
  composer.reply(question.event_id);
  composer.setText("At noon");
  world.remove(question);
  await world.pass(100);
  expect(state(page)).toMatchObject({ mode: "reply", text: "At noon" });
  expect(state(page).quote).toMatchObject({ author: { name: "Ben Ode" }, text: undefined });
  composer.send();
  await world.pass(100);
  expect(page.messages.at(-1)).toMatchObject({ text: "At noon", quote: undefined });
  expect(page.messages.at(-1)?.trouble).toBeUndefined();
});

test("a reply whose message was removed on the way is sent again as a message of its own", async () => {
  const { world, conv, page } = await scene(0);
  await page.open(conv);
  const question = world.say(conv, BEN, "When?");
  await world.pass(100);
  page.conversation.composer.reply(question.event_id);
  world.server.refuse = (frame) =>
    frame.t === "send" && frame.reply_to !== undefined
      ? { t: "nack", id: frame.id, code: "message_removed", detail: "Removed." }
      : undefined;
  page.write("At noon");
  await world.pass(100);
  const [failed] = page.messages.slice(-1);
  expect(failed?.trouble).toMatchObject({ code: "quote_removed" });
  page.conversation.timeline.retry(failed?.key ?? "");
  await world.pass(100);
  expect(world.texts(conv).at(-1)).toBe("At noon");
  expect(page.messages.at(-1)).toMatchObject({ text: "At noon", quote: undefined });
});
