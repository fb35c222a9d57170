import { describe, expect, test } from "vitest";
import { settle } from "../../tests/fakes/clock";
import { ANNA, BEN, type Browser, World } from "../../tests/fakes/world";
import type { Attachment } from "./outbox_files";
import type { Session } from "./session";

const HELD = { held: true };

async function opened() {
  const world = new World();
  const conv = world.group(ANNA, BEN);
  const browser = world.browser(ANNA);
  const session = await tab(world, browser);
  return { world, conv, browser, session };
}

async function tab(world: World, browser: Browser): Promise<Session> {
  const session = browser.open();
  await world.pass(1_000);
  return session;
}

const say = (session: Session, conv: string, text: string, extras = HELD) =>
  session.outbox.add({ t: "send", conv, text }, [], extras);
const held = (session: Session, conv: string) =>
  session.outbox.held(conv).map(({ command }) => command.t === "send" && command.text);

describe("a message that is held", () => {
  test("is sent after five seconds, once", async () => {
    const { world, conv, session } = await opened();
    const entry = await say(session, conv, "hello");
    await world.pass(4_900);
    expect(held(session, conv)).toEqual(["hello"]);
    expect(world.texts(conv)).toEqual([]);
    await world.pass(200);
    expect(held(session, conv)).toEqual([]);
    expect(session.outbox.discard(entry.id)).toBeUndefined();
    await world.pass(1_000);
    expect(world.texts(conv)).toEqual(["hello"]);
    await world.pass(60_000);
    expect(world.texts(conv)).toEqual(["hello"]);
  });

  test("is overtaken by nothing of its conversation, and holds up no other", async () => {
    const { world, conv, session } = await opened();
    const other = world.group(ANNA, BEN);
    await world.pass(100);
    await say(session, conv, "one");
    await say(session, conv, "two", { held: false });
    await say(session, other, "elsewhere", { held: false });
    await world.pass(3_000);
    await say(session, conv, "three");
    expect(world.texts(conv)).toEqual([]);
    expect(world.texts(other)).toEqual(["elsewhere"]);
    await world.pass(3_000);
    expect(world.texts(conv)).toEqual(["one", "two"]);
    await world.pass(3_000);
    expect(world.texts(conv)).toEqual(["one", "two", "three"]);
  });

  test("that was taken back is never sent, also while it was still being kept", async () => {
    const { world, conv, browser, session } = await opened();
    const entry = await say(session, conv, "typo");
    expect(session.outbox.discard(entry.id)).toMatchObject({ command: { text: "typo" } });
    let kept = () => {};
    browser.store.busy = new Promise((resolve) => {
      kept = resolve;
    });
    void say(session, conv, "another");
    await settle();
    const [another] = session.outbox.held(conv);
    expect(session.outbox.discard(another?.id ?? "")).toBeDefined();
    kept();
    await world.pass(10_000);
    expect(browser.store.rows.size).toBe(0);
    session.stop();
    await tab(world, browser);
    await world.pass(10_000);
    expect(world.texts(conv)).toEqual([]);
  });

  test("outlives its tab: the next start sends it, once", async () => {
    const { world, conv, browser, session } = await opened();
    await say(session, conv, "hello");
    session.stop();
    await world.pass(60_000);
    expect(world.texts(conv)).toEqual([]);
    const next = await tab(world, browser);
    await world.pass(1_000);
    expect(world.texts(conv)).toEqual(["hello"]);
    expect(next.outbox.in(conv)).toEqual([]);
    await tab(world, browser);
    await world.pass(60_000);
    expect(world.texts(conv)).toEqual(["hello"]);
  });

  test("can still be taken back in a tab that is opened within the time", async () => {
    const { world, conv, browser, session } = await opened();
    await say(session, conv, "hello");
    await world.pass(500);
    session.stop();
    const next = await tab(world, browser);
    expect(held(next, conv)).toEqual(["hello"]);
    for (const { id } of next.outbox.held(conv)) next.outbox.discard(id);
    await world.pass(20_000);
    expect(world.texts(conv)).toEqual([]);
  });

  test("is shown by all tabs, sent by one, and taken back in any", async () => {
    const { world, conv, browser, session } = await opened();
    const other = await tab(world, browser);
    await say(other, conv, "hello");
    await world.pass(100);
    expect([held(session, conv), held(other, conv)]).toEqual([["hello"], ["hello"]]);
    await world.pass(6_000);
    expect(world.texts(conv)).toEqual(["hello"]);
    const entry = await say(other, conv, "typo");
    await world.pass(4_999);
    expect(other.outbox.discard(entry.id)).toBeDefined();
    await world.pass(10_000);
    expect(world.texts(conv)).toEqual(["hello"]);
    expect([held(session, conv), held(other, conv)]).toEqual([[], []]);
  });

  test("that was taken back in another tab is not sent by one that was busy until then", async () => {
    const { world, conv, browser, session } = await opened();
    const other = await tab(world, browser);
    const entry = await say(other, conv, "typo");
    await world.pass(4_999);
    let hear = () => {};
    browser.hub.busy = new Promise((resolve) => {
      hear = resolve;
    });
    expect(other.outbox.discard(entry.id)).toBeDefined();
    await world.pass(10_000);
    hear();
    await world.pass(10_000);
    expect(world.texts(conv)).toEqual([]);
    expect([session, other].map(({ outbox }) => outbox.in(conv))).toEqual([[], []]);
  });

  test("waits for the connection like any other once its time is over", async () => {
    const { world, conv, session } = await opened();
    world.server.reachable = false;
    world.server.cut();
    await world.pass(100);
    await say(session, conv, "hello");
    await world.pass(20_000);
    expect(held(session, conv)).toEqual([]);
    expect(session.outbox.count()).toEqual({ unsent: 1, refused: 0 });
    world.server.reachable = true;
    await world.pass(60_000);
    expect(world.texts(conv)).toEqual(["hello"]);
  });

  test("is held no longer by a clock that was set back", async () => {
    const { world, conv, browser, session } = await opened();
    await say(session, conv, "hello");
    session.stop();
    world.clock.offset -= 3_600_000;
    await tab(world, browser);
    await world.pass(1_000);
    expect(world.texts(conv)).toEqual(["hello"]);
  });

  test("brings up no file before its time, and gives back what was chosen", async () => {
    const { world, conv, browser, session } = await opened();
    const content = new Blob(["four"], { type: "image/png" }) as unknown as Attachment["content"];
    const chosen = { content, name: "a.png", width: 2, height: 3 };
    const send = () => session.outbox.add({ t: "send", conv, text: "" }, [chosen], HELD);
    const entry = await send();
    await world.pass(4_000);
    expect(session.outbox.in(conv)[0]?.entry.files?.[0]?.blob).toBeUndefined();
    expect(session.outbox.discard(entry.id)).toBeDefined();
    expect(await session.outbox.files.giveBack(entry)).toEqual([chosen]);
    await world.pass(10_000);
    expect(world.texts(conv)).toEqual([]);
    await send();
    await world.pass(10_000);
    expect(world.texts(conv)).toEqual([""]);
    expect(browser.store.rows.size).toBe(0);
  });

  test("is sent at once where the device keeps nothing", async () => {
    const { world, conv, browser, session } = await opened();
    browser.store.keeps = false;
    await say(session, conv, "hello");
    await world.pass(500);
    expect(world.texts(conv)).toEqual(["hello"]);
  });
});
