import { expect, test } from "vitest";
import { Page } from "../../tests/fakes/chat";
import type { Draft } from "../../tests/fakes/journal";
import { ANNA, CLARA, World } from "../../tests/fakes/world";

async function opened(person: string): Promise<{ world: World; page: Page; conv: string }> {
  const world = new World();
  const conv = world.group(ANNA, CLARA);
  const page = new Page(world, person);
  await world.pass(5_000);
  return { world, page, conv };
}

const SINCE = "2026-11-24T17:00:00.000000Z";

test("the list says since when a client waits, and once that it is long", async () => {
  const { world, page, conv } = await opened(ANNA);
  const item = () => page.chat.list.state.get().items[0];
  const toasts = () => page.chat.toasts.state.get().map(({ code }) => code);
  const tell = (alarm: 0 | 1 | 2) =>
    world.server.say({
      t: "ephemeral",
      items: [{ k: "waiting", conv, since: SINCE, ...(alarm ? { alarm } : {}) }],
    });
  tell(0);
  await world.pass(100);
  expect([item()?.waiting, toasts()]).toEqual([{ since: SINCE, late: false }, []]);
  tell(1);
  tell(2);
  await world.pass(100);
  expect([item()?.waiting?.late, toasts()]).toEqual([true, ["client_waits"]]);
  world.server.say({ t: "ephemeral", items: [{ k: "waiting", conv }] });
  await world.pass(100);
  expect(item()?.waiting).toBeUndefined();
});

test("nobody waits in a conversation whose client has left", async () => {
  const world = new World();
  const page = new Page(world, ANNA);
  await world.pass(1_000);
  page.chat.openDirect(CLARA);
  await world.pass(1_000);
  const conv = page.conversation.id;
  const item = () => page.chat.list.state.get().items.find(({ id }) => id === conv);
  world.server.say({ t: "ephemeral", items: [{ k: "waiting", conv, since: SINCE, alarm: 1 }] });
  await world.pass(100);
  expect(item()?.waiting?.late).toBe(true);
  world.server.leaveEverywhere(CLARA);
  await world.pass(1_000);
  expect([item()?.ended, item()?.waiting]).toEqual([true, undefined]);
});

test("one note says who waits, or how many, and opens whoever has waited the longest", async () => {
  const { world, page, conv } = await opened(ANNA);
  const others = [world.group(ANNA, CLARA), world.group(ANNA, CLARA)];
  await world.pass(1_000);
  const shown = () => page.chat.toasts.state.get();
  const late = (id: string, minute: number) =>
    world.server.say({
      t: "ephemeral",
      items: [{ k: "waiting", conv: id, since: `2026-11-24T17:0${minute}:00.000000Z`, alarm: 1 }],
    });
  late(conv, 3);
  await world.pass(100);
  const name = page.chat.list.state.get().items.find(({ id }) => id === conv)?.name;
  expect(shown()).toMatchObject([{ code: "client_waits", values: { count: 1, name } }]);
  late(others[0] ?? "", 1);
  late(others[1] ?? "", 2);
  await world.pass(100);
  expect(shown()).toMatchObject([{ canUndo: true, values: { count: 3 } }]);
  page.chat.toasts.undo(shown()[0]?.id ?? 0);
  expect([page.chat.conversation.get()?.id, shown()]).toEqual([others[0], []]);
});

test("nothing is said of who waits in the conversation that is open", async () => {
  const { world, page, conv } = await opened(ANNA);
  await page.open(conv);
  world.server.say({ t: "ephemeral", items: [{ k: "waiting", conv, since: SINCE, alarm: 1 }] });
  await world.pass(100);
  expect(page.chat.toasts.state.get()).toEqual([]);
});

test("what was answered while the line was down is not said to wait", async () => {
  const { world, page, conv } = await opened(ANNA);
  const items = [{ k: "waiting" as const, conv, since: SINCE }];
  world.server.say({ t: "ephemeral", items });
  await world.pass(100);
  world.server.cut();
  await world.pass(60_000);
  expect(page.chat.list.state.get().items[0]?.waiting).toBeUndefined();
});

test("a client sees when somebody is back, and the automatic reply as what it is", async () => {
  const { world, page, conv } = await opened(CLARA);
  const changes = "2026-11-25T08:00:00.000000Z";
  world.server.say({ t: "ephemeral", items: [{ k: "answers", conv, there: false, changes }] });
  await page.open(conv);
  const mine = world.say(conv, CLARA, "Good evening");
  world.server.record({
    type: "out_of_office.replied",
    conv,
    actor: "system",
    text: "Nobody is here.",
    locale: "en",
    target: mine.event_id,
    reason: "closed",
    until: changes,
  } as Draft);
  await world.pass(1_000);
  const [item] = page.chat.list.state.get().items;
  expect(item).toMatchObject({ answering: { there: false, changes }, unread: 0 });
  expect(item?.preview).toMatchObject({ kind: "message", text: "Good evening" });
  expect(page.conversation.timeline.state.get().rows.at(-1)).toMatchObject({
    kind: "notice",
    type: "out_of_office.replied",
    text: "Nobody is here.",
  });
});
