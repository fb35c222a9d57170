import { describe, expect, test } from "vitest";
import { Page } from "../../tests/fakes/chat";
import type { Draft } from "../../tests/fakes/journal";
import { ANNA, BEN, World } from "../../tests/fakes/world";

/** Anna's page, and conversations of hers with Ben, the first one the oldest. */
async function talks(count: number) {
  const world = new World();
  const convs = Array.from({ length: count }, () => world.group(ANNA, BEN));
  for (const conv of convs) {
    await world.pass(1_000);
    world.say(conv, BEN, "hello");
  }
  const page = new Page(world, ANNA);
  await world.pass(1_000);
  const list = () => page.chat.list.state.get();
  const ids = () => list().items.map(({ id }) => convs.indexOf(id));
  const item = (conv: number) =>
    page.chat.list.state.get().items.find(({ id }) => id === convs[conv]);
  const mark = async (conv: number, wish: Parameters<typeof page.chat.mark>[1]) => {
    page.chat.mark(convs[conv] ?? "", wish);
    await world.pass(500);
  };
  return { world, convs, page, list, ids, item, mark };
}

const undo = async (page: Page, world: World) => {
  const toast = page.chat.toasts.state.get().at(-1);
  expect(toast?.canUndo).toBe(true);
  page.chat.toasts.undo(toast?.id ?? 0);
  await world.pass(500);
};

describe("the list", () => {
  test("has pinned conversations on top, in the order in which they were pinned", async () => {
    const { world, convs, page, ids, mark } = await talks(4);
    expect(ids()).toEqual([3, 2, 1, 0]);
    await mark(0, { mark: "pinned", on: true });
    await mark(2, { mark: "pinned", on: true });
    expect(ids()).toEqual([0, 2, 3, 1]);
    world.say(convs[2] ?? "", BEN, "newer");
    await world.pass(500);
    expect(ids()).toEqual([0, 2, 3, 1]);
    await mark(0, { mark: "pinned", on: false });
    expect(ids()).toEqual([2, 3, 1, 0]);
    await undo(page, world);
    expect(ids()).toEqual([2, 0, 3, 1]);
  });

  test("shows a mark before it is on the record", async () => {
    const { world, convs, page, ids, item } = await talks(2);
    world.server.reachable = false;
    world.server.cut();
    page.chat.mark(convs[0] ?? "", { mark: "pinned", on: true });
    await world.pass(100);
    expect(ids()).toEqual([0, 1]);
    world.server.reachable = true;
    await world.pass(60_000);
    expect(item(0)?.pinned).toBeLessThan(100);
  });

  test("puts archived conversations aside until a message comes", async () => {
    const { world, convs, page, list, ids, mark } = await talks(3);
    await mark(1, { mark: "archived", on: true });
    expect([ids(), list().archived]).toEqual([[2, 0], { count: 1, unread: 1 }]);
    page.chat.list.showAside(true);
    expect([ids(), list().aside]).toEqual([[1], true]);
    world.say(convs[1] ?? "", BEN, "back");
    await world.pass(500);
    expect([ids(), list().aside, list().archived.count]).toEqual([[1, 2, 0], false, 0]);
  });

  test("leaves muted ones aside, and does not count them", async () => {
    const { world, convs, list, ids, mark } = await talks(2);
    expect(list().unread).toBe(2);
    await mark(1, { mark: "muted", on: true });
    expect(list().unread).toBe(1);
    await mark(1, { mark: "archived", on: true });
    world.say(convs[1] ?? "", BEN, "psst");
    await world.pass(500);
    expect([ids(), list().archived]).toEqual([[0], { count: 1, unread: 1 }]);
  });

  test("counts what names one where nothing else is to be heard", async () => {
    const { world, convs, page, list, item, mark } = await talks(2);
    await mark(1, { mark: "muted", on: true, level: "mentions" });
    expect([list().unread, item(1)?.mentionsOnly]).toEqual([1, true]);
    const mentions = [{ at: 0, length: 5, person: ANNA }];
    const called = { type: "message.sent", conv: convs[1] ?? "", actor: BEN, text: "@Anna" };
    world.server.record({ ...called, mentions } as Draft);
    await world.pass(500);
    expect(list().unread).toBe(2);
    await mark(1, { mark: "muted", on: true });
    expect([list().unread, item(1)?.mentionsOnly]).toEqual([1, false]);
    await undo(page, world);
    expect([list().unread, item(1)?.mentionsOnly]).toEqual([2, true]);
  });

  test("finds what is put aside", async () => {
    const { page, ids, mark } = await talks(2);
    await mark(1, { mark: "archived", on: true });
    page.chat.list.search("Ben");
    expect(ids()).toEqual([1, 0]);
  });

  test("ends a muting when its time is over", async () => {
    const { world, list, item, mark } = await talks(1);
    await mark(0, { mark: "muted", on: true, hours: 8 });
    expect([list().unread, item(0)?.mutedUntil]).toEqual([0, expect.stringMatching(/^20.*Z$/)]);
    await world.pass(8 * 3_600_000);
    expect([list().unread, item(0)?.mutedUntil]).toEqual([1, undefined]);
  });

  test("says what was marked to be looked at again, until one looks", async () => {
    const { world, convs, page, list, item, mark } = await talks(1);
    await page.open(convs[0] ?? "");
    await world.pass(5_000);
    page.conversation.timeline.seen(page.messages.at(-1)?.key ?? "");
    await world.pass(5_000);
    expect([list().unread, item(0)?.marked]).toEqual([0, false]);
    await mark(0, { mark: "unread", on: true });
    expect(page.chat.conversation.get()).toBeUndefined();
    expect([list().unread, item(0)?.marked]).toEqual([1, true]);
    await page.open(convs[0] ?? "");
    await world.pass(500);
    expect([list().unread, item(0)?.marked]).toEqual([0, false]);
  });

  test("takes back what was refused, and says so", async () => {
    const { world, page, item, mark } = await talks(1);
    world.server.refuse = ({ id }) => ({ t: "nack", id, code: "not_allowed", detail: "No." });
    await mark(0, { mark: "pinned", on: true });
    expect(item(0)?.pinned).toBeUndefined();
    expect(page.chat.toasts.state.get().at(-1)).toMatchObject({ code: "not_allowed" });
  });

  test("brings back a muting as it was, with the end that it had", async () => {
    const { world, page, item, mark } = await talks(1);
    await mark(0, { mark: "muted", on: true, hours: 8 });
    const until = item(0)?.mutedUntil;
    await mark(0, { mark: "muted", on: false });
    expect(item(0)?.mutedUntil).toBeUndefined();
    await undo(page, world);
    expect(item(0)?.mutedUntil).toBe(until);
  });
});

describe("stars", () => {
  test("show at once, on the message and in their list, the newest first", async () => {
    const { world, convs, page } = await talks(1);
    const [conv = ""] = convs;
    for (const text of ["one", "two"]) world.say(conv, BEN, text);
    await page.open(conv);
    await world.pass(500);
    const messages = page.messages.map(({ eventId }) => eventId);
    for (const id of messages) page.conversation.timeline.star(id, true);
    await world.pass(0);
    expect(page.messages.map(({ starred }) => starred)).toEqual([true, true, true]);
    await world.pass(500);
    const starred = (await page.chat.later()).starred();
    await world.pass(500);
    const texts = () => starred.state.get().hits.map(({ text }) => text);
    expect([texts(), starred.state.get().more]).toEqual([["two", "one"], true]);
    starred.further();
    await world.pass(500);
    expect([texts(), starred.state.get().more]).toEqual([["two", "one", "hello"], false]);
    const [hit] = starred.state.get().hits;
    if (hit !== undefined) starred.unstar(hit);
    await world.pass(500);
    expect(texts()).toEqual(["one", "hello"]);
    expect(page.messages.map(({ starred: on }) => on)).toEqual([true, true, undefined]);
    await undo(page, world);
    expect(page.messages.at(-1)?.starred).toBe(true);
    starred.close();
  });

  test("of a later page are listed once when the last one shown was unstarred", async () => {
    const { world, convs, page } = await talks(1);
    const [conv = ""] = convs;
    world.say(conv, BEN, "two");
    world.say(conv, BEN, "three");
    await page.open(conv);
    await world.pass(500);
    for (const { eventId } of page.messages) page.conversation.timeline.star(eventId, true);
    await world.pass(500);
    const starred = (await page.chat.later()).starred();
    await world.pass(500);
    page.conversation.timeline.star(page.messages[1]?.eventId ?? "", false);
    await world.pass(500);
    starred.further();
    await world.pass(500);
    const texts = starred.state.get().hits.map(({ text }) => text);
    expect(texts).toEqual(["three", "two", "hello"]);
    starred.close();
  });

  test("cannot be listed without a line, and can once there is one", async () => {
    const { world, page } = await talks(1);
    const later = await page.chat.later();
    world.server.reachable = false;
    const starred = later.starred();
    await world.pass(500);
    expect(starred.state.get()).toMatchObject({ trouble: { code: "offline" }, loading: false });
    world.server.reachable = true;
    starred.further();
    await world.pass(500);
    expect(starred.state.get()).toMatchObject({ trouble: undefined, hits: [], more: false });
  });
});
