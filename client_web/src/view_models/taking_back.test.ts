import { describe, expect, test } from "vitest";
import type { Page } from "../../tests/fakes/chat";
import { type Scene, scene } from "../../tests/fakes/scene";
import { BEN, type World } from "../../tests/fakes/world";
import type { Content } from "../session/ports";

const file = (name: string) =>
  Object.assign(new Blob(["x"], { type: "image/png" }), { name }) as unknown as Content;

/** Anna's page with her conversation open, and what she sends held. */
async function holding(messages = 0): Promise<Scene> {
  const made = await scene(messages);
  made.page.undoSend = true;
  await made.page.open(made.conv);
  return made;
}

const state = (page: Page) => page.conversation.composer.state.get();
const last = (page: Page) => page.messages.at(-1);
async function send(page: Page, world: World, text: string): Promise<string> {
  page.write(text);
  await world.pass(100);
  return last(page)?.key ?? "";
}

describe("a message that is held for its writer", () => {
  test("stands in the log with its time, and is in the composer again once it is taken back", async () => {
    const { world, conv, page } = await holding();
    const key = await send(page, world, "helo");
    expect(last(page)).toMatchObject({ text: "helo", tick: "clock" });
    expect(last(page)?.heldUntil).toBeGreaterThan(world.clock.now() + 4_000);
    expect(state(page)).toMatchObject({ text: "", held: key });
    const { focusSerial } = state(page);
    page.conversation.composer.takeBackLast();
    await world.pass(100);
    expect(page.messages).toEqual([]);
    expect(state(page)).toMatchObject({ text: "helo", held: undefined, canSend: true });
    expect(state(page).focusSerial).toBeGreaterThan(focusSerial);
    await send(page, world, "hello");
    await world.pass(6_000);
    expect(world.texts(conv)).toEqual(["hello"]);
    expect(last(page)?.heldUntil).toBeUndefined();
    expect(state(page).held).toBeUndefined();
  });

  test("brings back what it answers, whom it calls, and its files", async () => {
    const { world, conv, page } = await holding(1);
    const { composer } = page.conversation;
    const asked = last(page)?.eventId ?? "";
    composer.reply(asked);
    composer.addFiles([file("a.png")]);
    composer.measured(state(page).files[0]?.key ?? "", 20, 30);
    const key = await send(page, world, "Yes, @Ben Ode");
    expect(last(page)).toMatchObject({ quote: { eventId: asked } });
    composer.takeBack(key);
    await world.pass(100);
    expect(state(page)).toMatchObject({ mode: "reply", text: "Yes, @Ben Ode" });
    expect(state(page).quote?.eventId).toBe(asked);
    expect(state(page).files.map(({ name }) => name)).toEqual(["a.png"]);
    expect(page.messages).toHaveLength(1);
    composer.send();
    await world.pass(10_000);
    expect(world.texts(conv)).toEqual(["message 1", "Yes, @Ben Ode"]);
    expect(last(page)?.quote?.eventId).toBe(asked);
    expect(last(page)?.files).toHaveLength(1);
    expect(last(page)?.mentions?.[0]?.person?.id).toBe(BEN);
  });

  test("brings back an answer to what the log does not hold any more", async () => {
    const { world, conv, page } = await holding(700);
    const { events } = world.server.journal.streams.get(conv) ?? { events: [] };
    const old = events[10]?.event_id ?? "";
    page.conversation.timeline.goTo(old);
    await world.pass(500);
    page.conversation.composer.reply(old);
    const key = await send(page, world, "about that");
    await world.pass(500);
    expect(page.messages.some((row) => row.key === old)).toBe(false);
    page.conversation.composer.takeBack(key);
    expect(state(page)).toMatchObject({ mode: "reply", quote: { eventId: old } });
  });

  test("stands before what is being written, and loses nothing of it", async () => {
    const { world, page } = await holding(1);
    const { composer } = page.conversation;
    const key = await send(page, world, "one");
    composer.setText("two");
    composer.addFiles([file("b.png")]);
    composer.takeBack(key);
    await world.pass(100);
    expect(state(page)).toMatchObject({ text: "one\ntwo", mode: "new" });
    expect(state(page).files.map(({ name }) => name)).toEqual(["b.png"]);
  });

  test("waits behind an edit", async () => {
    const { world, page } = await holding(1);
    const { composer } = page.conversation;
    const [asked] = page.messages;
    page.undoSend = false;
    const own = await send(page, world, "mine");
    page.undoSend = true;
    composer.reply(asked?.eventId ?? "");
    const key = await send(page, world, "answer");
    composer.edit(own);
    composer.setText("mine, reworded");
    composer.takeBack(key);
    expect(state(page)).toMatchObject({ mode: "edit", text: "mine, reworded" });
    composer.send();
    await world.pass(100);
    expect(state(page)).toMatchObject({ mode: "reply", text: "answer" });
    composer.cancel();
    expect(state(page)).toMatchObject({ mode: "new", text: "answer" });
  });

  test("stays on its way when it is taken back too late, or something else is meant", async () => {
    const { world, conv, page } = await holding();
    const key = await send(page, world, "gone");
    await world.pass(5_000);
    page.conversation.composer.takeBack(key);
    page.conversation.composer.takeBackLast();
    page.conversation.composer.takeBack("another");
    await world.pass(1_000);
    expect(state(page).text).toBe("");
    expect(world.texts(conv)).toEqual(["gone"]);
  });
});

test("nothing is held unless a person wants it", async () => {
  const { world, conv, page } = await scene(0);
  await page.open(conv);
  page.write("hello");
  await world.pass(300);
  expect(world.texts(conv)).toEqual(["hello"]);
  expect(last(page)?.heldUntil).toBeUndefined();
});
