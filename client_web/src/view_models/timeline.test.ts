import { describe, expect, test } from "vitest";
import { Page } from "../../tests/fakes/chat";
import { scene, texts } from "../../tests/fakes/scene";
import { ANNA, BEN, CLARA, World } from "../../tests/fakes/world";
import type { MessageRow } from "./timeline";

function last(page: Page): MessageRow {
  const row = page.messages.at(-1);
  if (row === undefined) throw new Error("no messages");
  return row;
}

describe("an own message", () => {
  test("shows at once, keeps its key, and goes from clock to read", async () => {
    const { world, conv, page } = await scene(1);
    await page.open(conv);
    page.write("hello");
    await world.pass(0);
    const { key, tick } = last(page);
    expect([texts(page).at(-1), tick]).toEqual(["hello", "clock"]);
    await world.pass(100);
    expect(last(page)).toMatchObject({ key, tick: "recorded", text: "hello", mine: true });
    const ben = new Page(world, BEN);
    await world.pass(3_000);
    expect(last(page)).toMatchObject({ key, tick: "delivered" });
    await ben.open(conv);
    ben.conversation.timeline.seen(key);
    await world.pass(3_000);
    expect(last(page)).toMatchObject({ key, tick: "read" });
    expect(page.messages.filter((row) => row.key === key)).toHaveLength(1);
  });

  test("is the one to bring into view, even if the page shows it late", async () => {
    const { world, conv, page } = await scene(1);
    await page.open(conv);
    const { state } = page.conversation.timeline;
    expect(state.get().written).toBeUndefined();
    page.write("hello");
    await world.pass(100);
    world.say(conv, BEN, "an answer");
    await world.pass(100);
    const own = page.messages.at(-2);
    expect(own).toMatchObject({ text: "hello", tick: "recorded" });
    expect(state.get().written?.key).toBe(own?.key);
  });

  test("that was refused is brought into view again when it is sent again", async () => {
    const { world, conv, page } = await scene(1);
    await page.open(conv);
    const { timeline } = page.conversation;
    world.server.refuse = ({ id }) => ({ t: "nack", id, code: "not_allowed", detail: "No." });
    page.write("hello");
    await world.pass(100);
    const first = timeline.state.get().written;
    expect(last(page)).toMatchObject({ key: first?.key, tick: "failed" });
    world.server.refuse = undefined;
    timeline.retry(last(page).key);
    await world.pass(100);
    const again = timeline.state.get().written;
    expect(again?.key).toBe(first?.key);
    expect(again?.order).toBeGreaterThan(first?.order ?? 0);
  });

  test("that waited when the conversation was opened leads nobody away", async () => {
    const { world, conv, page } = await scene(1);
    await page.open(conv);
    world.server.cut();
    world.server.reachable = false;
    page.write("in the tunnel");
    await world.pass(100);
    page.chat.close();
    await page.open(conv);
    expect(texts(page).at(-1)).toBe("in the tunnel");
    expect(page.conversation.timeline.state.get().written).toBeUndefined();
  });

  test("shows also where no page could be loaded, and the page comes with the connection", async () => {
    const { world, conv, page } = await scene(2);
    world.server.reachable = false;
    world.server.cut();
    await page.open(conv);
    page.write("written in the tunnel");
    await world.pass(100);
    const { timeline } = page.conversation;
    expect(texts(page)).toEqual(["written in the tunnel"]);
    expect(timeline.state.get().trouble?.code).toBe("offline");
    timeline.again();
    await world.pass(100);
    expect(timeline.state.get().trouble?.code).toBe("offline");
    world.server.reachable = true;
    await world.pass(60_000);
    expect(timeline.state.get().trouble).toBeUndefined();
    expect(texts(page)).toEqual(["message 1", "message 2", "written in the tunnel"]);
  });

  test("that is refused offers to be sent again or forgotten", async () => {
    const { world, conv, page } = await scene(0);
    await page.open(conv);
    world.server.refuse = (frame) => ({
      t: "nack",
      id: frame.id,
      code: "not_allowed",
      detail: "No.",
    });
    page.write("no");
    await world.pass(100);
    world.server.refuse = undefined;
    expect(last(page)).toMatchObject({ tick: "failed", trouble: { code: "not_allowed" } });
    page.conversation.timeline.discard(last(page).key);
    await world.pass(10);
    expect(page.messages).toEqual([]);
    const [toast] = page.chat.toasts.state.get();
    expect(toast).toMatchObject({ code: "message_discarded", canUndo: true });
    page.chat.toasts.undo(toast?.id ?? 0);
    await world.pass(10);
    page.conversation.timeline.retry(last(page).key);
    await world.pass(100);
    expect(last(page)).toMatchObject({ tick: "recorded", text: "no" });
  });

  test("shows its new text at once when it is edited, and the old one if that is refused", async () => {
    const { world, conv, page } = await scene(0);
    await page.open(conv);
    page.write("old");
    await world.pass(100);
    const { eventId } = last(page);
    page.conversation.composer.edit(eventId);
    page.conversation.composer.setText("new");
    world.server.refuse = (frame) => ({
      t: "nack",
      id: frame.id,
      code: "edit_window_over",
      detail: "Too old.",
    });
    page.conversation.composer.send();
    await world.pass(2);
    expect(last(page)).toMatchObject({ text: "new", changing: "edit" });
    await world.pass(100);
    expect(last(page)).toMatchObject({ text: "old", changeTrouble: { code: "edit_window_over" } });
    world.server.refuse = undefined;
    page.conversation.timeline.retry(eventId);
    await world.pass(100);
    expect(last(page)).toMatchObject({
      text: "new",
      changing: undefined,
      changeTrouble: undefined,
    });
    expect(last(page).editedAt).toBeDefined();
  });

  test("that is removed shows no text from then on, nor do replies that quote it", async () => {
    const { world, conv, page } = await scene(0);
    await page.open(conv);
    page.write("secret");
    await world.pass(100);
    const { eventId } = last(page);
    page.conversation.composer.reply(eventId);
    page.write("about it");
    await world.pass(100);
    expect(last(page).quote).toMatchObject({ eventId, text: "secret" });
    page.conversation.timeline.remove(eventId);
    await world.pass(100);
    expect(JSON.stringify(page.rows)).not.toContain("secret");
    expect(page.messages[0]).toMatchObject({ removed: true, can: { reply: false, edit: false } });
    expect(last(page).quote?.text).toBeUndefined();
  });
});

test("reactions show at once and come to rest as recorded", async () => {
  const { world, conv, page } = await scene(1);
  await page.open(conv);
  const { eventId } = last(page);
  page.conversation.timeline.react(eventId, "👍", true);
  await world.pass(2);
  expect(last(page).reactions).toMatchObject([{ emoji: "👍", mine: true }]);
  await world.pass(100);
  page.conversation.timeline.react(eventId, "👍", false);
  await world.pass(2);
  expect(last(page).reactions).toEqual([]);
  await world.pass(100);
  expect(last(page).reactions).toEqual([]);
});

describe("opening a conversation", () => {
  test("lands on the newest message when all is read", async () => {
    const { world, conv, page } = await scene(5);
    await page.open(conv);
    page.conversation.timeline.seen(last(page).key);
    await world.pass(3_000);
    page.chat.close();
    await page.open(conv);
    const { anchor, unseen, moreAfter } = page.conversation.timeline.state.get();
    expect({ anchor, unseen, moreAfter }).toEqual({
      anchor: undefined,
      unseen: 0,
      moreAfter: false,
    });
  });

  test("lands on the first unread message, with a divider that stays", async () => {
    const { world, conv, page } = await scene(30);
    await page.open(conv);
    page.conversation.timeline.seen(page.messages[9]?.key ?? "");
    await world.pass(3_000);
    page.chat.close();
    await page.open(conv);
    const { anchor } = page.conversation.timeline.state.get();
    expect(anchor).toMatchObject({ key: "unread", reason: "unread" });
    const at = page.rows.findIndex(({ kind }) => kind === "unread");
    expect(page.rows[at]).toMatchObject({ count: 20 });
    expect(page.rows[at + 1]).toMatchObject({ text: "message 11" });
    page.conversation.timeline.seen(last(page).key);
    await world.pass(3_000);
    expect(page.rows.some(({ kind }) => kind === "unread")).toBe(true);
    page.conversation.composer.setText("Read, thank you.");
    page.conversation.composer.send();
    await world.pass(1_000);
    expect(page.rows.some(({ kind }) => kind === "unread")).toBe(false);
  });

  test("counts nothing as seen before it is known where to stand", async () => {
    const world = new World();
    const conv = world.group(ANNA, BEN);
    for (let i = 1; i <= 30; i += 1) world.say(conv, BEN, `unread ${i}`);
    const page = new Page(world, ANNA);
    await world.pass(1_000);
    page.chat.open(conv);
    const { timeline } = page.conversation;
    timeline.state.subscribe(() => {
      const { rows, anchor } = timeline.state.get();
      const newest = rows[rows.length - 1]?.key;
      if (anchor === undefined && newest !== undefined) timeline.seen(newest);
    });
    await world.pass(5_000);
    expect(timeline.state.get().anchor?.key).toBe("unread");
    expect(timeline.state.get().unseen).toBe(30);
    expect(page.chat.list.state.get().items[0]?.unread).toBe(30);
  });

  test("pages back to the first unread message when it is not on the first page", async () => {
    const { conv, page } = await scene(250);
    await page.open(conv);
    expect(page.conversation.timeline.state.get().anchor?.key).toBe("unread");
    expect(page.messages[0]?.text).toBe("message 1");
  });

  test("returns to where it was left", async () => {
    const { world, conv, page } = await scene(30);
    await page.open(conv);
    page.conversation.timeline.seen(last(page).key);
    await world.pass(3_000);
    const place = { key: page.messages[12]?.key ?? "", offset: -7 };
    page.conversation.timeline.leaveAt(place);
    page.chat.close();
    await page.open(conv);
    expect(page.conversation.timeline.state.get().anchor).toMatchObject({
      ...place,
      reason: "place",
    });
  });

  test("at a message that is not loaded loads around it, and the end is a jump away", async () => {
    const { world, conv, page } = await scene(400);
    const target = world.server.journal.streams.get(conv)?.events[51];
    await page.open(conv, target?.event_id);
    const state = page.conversation.timeline.state.get();
    expect(state.anchor).toMatchObject({ key: target?.event_id, reason: "jump" });
    expect(state.moreAfter).toBe(true);
    world.say(conv, BEN, "meanwhile");
    await world.pass(100);
    expect(texts(page)).not.toContain("meanwhile");
    page.conversation.timeline.goToEnd();
    await world.pass(100);
    expect(texts(page).at(-1)).toBe("meanwhile");
  });
});

describe("reading", () => {
  test("is told only while somebody looks", async () => {
    const { world, conv, page } = await scene(3);
    await page.open(conv);
    const read = () => world.server.journal.streams.get(conv)?.members.get(ANNA)?.read;
    page.attention.set(false);
    page.conversation.timeline.seen(last(page).key);
    await world.pass(3_000);
    expect(read()).toBe(0);
    page.attention.set(true);
    await world.pass(3_000);
    expect(read()).toBe(3);
    expect(page.chat.list.state.get().unread).toBe(0);
  });

  test("in one device clears the count in the other", async () => {
    const { world, conv, page } = await scene(3);
    const phone = new Page(world, ANNA);
    await world.pass(1_000);
    expect(phone.chat.list.state.get().items[0]?.unread).toBe(3);
    await page.open(conv);
    page.conversation.timeline.seen(last(page).key);
    await world.pass(3_000);
    expect(phone.chat.list.state.get().items[0]?.unread).toBe(0);
  });

  test("in the other device counts as seen in this one", async () => {
    const { world, conv, page } = await scene(3);
    const phone = new Page(world, ANNA);
    await world.pass(1_000);
    await page.open(conv);
    expect(page.conversation.timeline.state.get().unseen).toBe(3);
    await phone.open(conv);
    phone.conversation.timeline.seen(phone.messages[1]?.key ?? "");
    await world.pass(3_000);
    expect(page.conversation.timeline.state.get().unseen).toBe(1);
  });

  test("counts what others wrote above an own message that was still on its way", async () => {
    const { world, conv, page } = await scene(1);
    await page.open(conv);
    page.conversation.timeline.seen(last(page).key);
    await world.pass(3_000);
    world.server.reachable = false;
    world.server.cut();
    page.write("written meanwhile");
    await world.pass(100);
    page.conversation.timeline.seen(last(page).key);
    world.say(conv, BEN, "one");
    world.say(conv, BEN, "two");
    world.server.reachable = true;
    await world.pass(60_000);
    expect(texts(page)).toEqual(["message 1", "one", "two", "written meanwhile"]);
    expect(page.conversation.timeline.state.get().unseen).toBe(0);
    expect(page.chat.list.state.get().items[0]?.unread).toBe(0);
    expect(world.server.journal.streams.get(conv)?.members.get(ANNA)?.read).toBe(4);
  });

  test("reaches the message above a day or a divider that is the last row in view", async () => {
    const { world, conv, page } = await scene(4);
    await page.open(conv);
    page.conversation.timeline.seen(page.messages[1]?.key ?? "");
    await world.pass(3_000);
    page.chat.close();
    await page.open(conv);
    page.conversation.timeline.seen("unread");
    await world.pass(3_000);
    expect(page.conversation.timeline.state.get().unseen).toBe(2);
    world.clock.offset += 24 * 3_600_000;
    world.say(conv, BEN, "tomorrow");
    await world.pass(100);
    const day = page.rows.findLast(({ kind }) => kind === "day");
    page.conversation.timeline.seen(day?.key ?? "");
    await world.pass(3_000);
    expect(page.conversation.timeline.state.get().unseen).toBe(1);
  });

  test("counts what came while the newest was out of view", async () => {
    const { world, conv, page } = await scene(3);
    await page.open(conv);
    page.conversation.timeline.seen(last(page).key);
    world.say(conv, BEN, "one");
    world.say(conv, BEN, "two");
    await world.pass(100);
    expect(page.conversation.timeline.state.get().unseen).toBe(2);
  });
});

describe("rows", () => {
  test("close up to runs of one author within five minutes of one day", async () => {
    const { world, conv, page } = await scene(0);
    await page.open(conv);
    for (const [author, minutes] of [
      [BEN, 0],
      [BEN, 4],
      [BEN, 6],
      [ANNA, 0],
      [BEN, 0],
    ] as const) {
      await world.pass(minutes * 60_000);
      world.say(conv, author, "x");
    }
    await world.pass(100);
    const runs = page.messages.map(({ runStart, runEnd }) => [runStart, runEnd]);
    expect(runs).toEqual([
      [true, false],
      [false, true],
      [true, true],
      [true, true],
      [true, true],
    ]);
  });

  test("have a separator for each day", async () => {
    const { world, conv, page } = await scene(1);
    await page.open(conv);
    world.clock.offset += 24 * 3_600_000;
    world.say(conv, BEN, "tomorrow");
    await world.pass(100);
    const kinds = page.rows.map(({ kind }) => kind).filter((kind) => kind !== "unread");
    expect(kinds).toEqual(["day", "notice", "message", "day", "message"]);
  });

  test("that did not change stay the same objects", async () => {
    const { world, conv, page } = await scene(50, CLARA);
    await page.open(conv);
    const before = page.rows;
    world.say(conv, CLARA, "another");
    await world.pass(100);
    const changed = page.rows.filter((row) => !before.includes(row));
    expect(changed.map(({ kind }) => kind)).toEqual(["message"]);
    const target = page.messages[20];
    page.conversation.timeline.react(target?.eventId ?? "", "👍", true);
    const then = page.rows;
    await world.pass(100);
    expect(page.rows.filter((row) => !then.includes(row)).map(({ key }) => key)).toEqual([
      target?.key,
    ]);
  });
});

test("where nobody can write any more nothing is answered or edited, but still sent on", async () => {
  const world = new World();
  const page = new Page(world, BEN);
  world.group(BEN, ANNA);
  await world.pass(1_000);
  page.chat.openDirect(CLARA);
  await world.pass(1_000);
  page.write("Good morning");
  await world.pass(1_000);
  const can = () => page.messages[0]?.can;
  expect(can()).toMatchObject({ reply: true, edit: true, forward: true });
  world.server.leaveEverywhere(CLARA);
  await world.pass(1_000);
  expect(can()).toMatchObject({ reply: false, edit: false, react: true, forward: true });
});

test("who is removed reads up to that event and writes no more", async () => {
  const { world, conv, page } = await scene(2);
  await page.open(conv);
  world.server.record({ type: "member.removed", conv, actor: BEN, person: ANNA } as never);
  world.say(conv, BEN, "not for her");
  await world.pass(100);
  expect(texts(page)).toEqual(["message 1", "message 2"]);
  expect(page.conversation.composer.state.get().closed).toBe("left");
  expect(page.messages[0]?.can.reply).toBe(false);
});
