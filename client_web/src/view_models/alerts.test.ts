import { expect, test } from "vitest";
import { Page } from "../../tests/fakes/chat";
import type { Draft } from "../../tests/fakes/journal";
import { FakeNotifier } from "../../tests/fakes/notifier";
import { ANNA, BEN, World } from "../../tests/fakes/world";
import { wireTime } from "../session/times";

/** Anna's page in a tab that she does not look at, and a group of hers with Ben. */
async function away(notifier = FakeNotifier.on()) {
  const world = new World();
  const conv = world.group(ANNA, BEN);
  world.say(conv, BEN, "before");
  const page = new Page(world, ANNA, undefined, { notifier });
  await world.pass(1_000);
  page.attention.set(false);
  const from = () => notifier.shown.map((alert) => alert.from);
  const say = async (text: string, mentions?: object[]) => {
    const said = { type: "message.sent", conv, actor: BEN, text };
    world.server.record({ ...said, ...(mentions && { mentions }) } as Draft);
    await world.pass(500);
  };
  return { world, conv, page, notifier, from, say };
}

test("a message that comes while nobody looks is told of, without its text or who wrote", async () => {
  const { conv, page, notifier, say } = await away();
  expect(notifier.shown).toEqual([]);
  await say("secret");
  expect(notifier.shown).toEqual([
    { conversation: conv, from: undefined, open: expect.any(Function) },
  ]);
  notifier.shown[0]?.open();
  expect(page.conversation.id).toBe(conv);
});

test("whoever does not want to be disturbed is told of nothing until it is over, and it counts", async () => {
  const { world, page, notifier, say } = await away();
  const status = (await page.later()).status();
  const until = wireTime(world.clock.now() + 60_000);
  void status.keep({ quiet: true, until });
  await world.pass(1_000);
  await say("one");
  expect(notifier.shown).toEqual([]);
  expect([page.badges.at(-1), page.chat.list.state.get().items[0]?.unread]).toEqual([1, 2]);
  await world.pass(60_000);
  await say("two");
  expect(notifier.shown.length).toBe(1);
  void status.keep({ text: "Only words" });
  await world.pass(1_000);
  await say("three");
  expect(notifier.shown.length).toBe(2);
});

test("who wrote is named where that is wished", async () => {
  const { from, say } = await away(FakeNotifier.on(true));
  await say("one");
  expect(from()).toEqual([expect.stringContaining("Ben")]);
});

test("nothing is told while somebody looks, of one's own, of other changes, or twice", async () => {
  const { world, conv, page, notifier, say } = await away();
  page.attention.set(true);
  await say("seen");
  expect(notifier.cleared).toBe(2); // on opening, and on coming back
  page.attention.set(false);
  world.say(conv, ANNA, "from my phone");
  await world.pass(500);
  world.server.record({ type: "title.changed", conv, actor: BEN, title: "New" } as Draft);
  await world.pass(500);
  expect(notifier.shown).toEqual([]);
  await say("one");
  world.server.cut();
  await world.pass(5_000);
  expect(notifier.shown.length).toBe(1);
});

test("the levels of conversations hold", async () => {
  const { world, conv, page, notifier, say } = await away();
  page.chat.mark(conv, { mark: "muted", on: true, level: "mentions" });
  await world.pass(500);
  await say("all the same");
  expect(notifier.shown.length).toBe(0);
  await say("@Anna", [{ at: 0, length: 5, person: ANNA }]);
  expect(notifier.shown.length).toBe(1);
  await say("and that");
  expect(notifier.shown.length).toBe(1);
  page.chat.mark(conv, { mark: "muted", on: true });
  await say("@Anna", [{ at: 0, length: 5, person: ANNA }]);
  expect(notifier.shown.length).toBe(1);
});

test("turning them on asks once, and stays off where the person or browser says no", async () => {
  const notifier = new FakeNotifier();
  notifier.answer = "blocked";
  const { page, say } = await away(notifier);
  const { alerts } = await page.later();
  await alerts.turn(true);
  expect(alerts.state.get()).toMatchObject({ on: false, permission: "blocked" });
  await alerts.turn(true);
  await say("unheard");
  expect([notifier.asked, notifier.shown.length, notifier.wish().on]).toEqual([1, 0, false]);
});

test("what was chosen stays on the device", async () => {
  const notifier = new FakeNotifier();
  const { page, say } = await away(notifier);
  const { alerts } = await page.later();
  await alerts.turn(true);
  alerts.name(true);
  await say("heard");
  expect(notifier.shown.length).toBe(1);
  expect(notifier.wish()).toEqual({ on: true, named: true });
  await alerts.turn(false);
  await say("unheard");
  expect(notifier.shown.length).toBe(1);
  expect((await page.later()).alerts).toBe(alerts);
});

test("in quiet hours nothing is told and nothing counted, until they are over", async () => {
  const { world, page, notifier, say } = await away();
  const { alerts } = await page.later();
  const starts = new Date(world.clock.now()).toISOString().slice(11, 16);
  const ends = new Date(world.clock.now() + 300_000).toISOString().slice(11, 16);
  alerts.setQuiet({ zone: "UTC", starts, ends });
  await world.pass(500);
  expect(alerts.state.get().quiet).toEqual({ zone: "UTC", starts, ends });
  await say("shh");
  expect([notifier.shown.length, page.badges.at(-1)]).toEqual([0, 0]);
  await world.pass(360_000);
  expect(page.badges.at(-1)).toBe(1);
  await say("heard");
  expect(notifier.shown.length).toBe(1);
});

test("quiet hours can be taken back by the toast that says them", async () => {
  const { world, page } = await away();
  const { alerts } = await page.later();
  alerts.setQuiet({ zone: "UTC", starts: "20:00", ends: "06:00" });
  await world.pass(500);
  const toast = page.chat.toasts.state.get().at(-1);
  expect(toast?.code).toBe("quiet_on");
  page.chat.toasts.undo(toast?.id ?? 0);
  await world.pass(500);
  expect(alerts.state.get().quiet).toBeUndefined();
});

test("a notification that is pressed opens its conversation, in a page that is there or a new one", async () => {
  const { world, conv, page } = await away();
  await world.pass(5_000);
  page.shell.pressed.emit("f".repeat(32));
  expect(page.chat.conversation.get()).toBeUndefined();
  page.shell.pressed.emit(conv);
  expect(page.conversation.id).toBe(conv);
  const fresh = new Page(world, ANNA, page.vault, { opening: conv });
  await world.pass(1_000);
  expect(fresh.conversation.id).toBe(conv);
});

test("whoever is brought in is told of it once, and opening it takes the mark away everywhere", async () => {
  const { world, page, notifier } = await away();
  const other = new Page(world, ANNA);
  const conv = world.group(BEN);
  await world.pass(1_000);
  world.server.record({ type: "member.added", conv, actor: BEN, person: ANNA } as Draft);
  const own = { conv: `personal:${ANNA}`, actor: "system", conversation: conv };
  world.server.record({ type: "conversation.marked", ...own, mark: "unread", on: true } as Draft);
  await world.pass(2_000);
  expect(notifier.shown.map(({ conversation }) => conversation)).toEqual([conv]);
  const marked = (one: Page) =>
    one.chat.list.state.get().items.find(({ id }) => id === conv)?.marked;
  expect([marked(page), marked(other)]).toEqual([true, true]);
  page.attention.set(true);
  await page.open(conv);
  await world.pass(2_000);
  expect([marked(page), marked(other)]).toEqual([false, false]);
  expect(notifier.shown.length).toBe(1);
});
