/** A device whose reads or writes take for ever holds up nothing that a person sees or sends. */
import { describe, expect, test } from "vitest";
import { FakeClock, settle } from "../../tests/fakes/clock";
import { FakeHub, FakeStore, hang } from "../../tests/fakes/device";
import { ANNA, BEN, type Browser, World } from "../../tests/fakes/world";
import { Drafts } from "./drafts";
import { TimelyStore } from "./in_time";
import type { OutboxNews } from "./outbox_options";
import type { Session } from "./session";

const FILE = new Blob(["12345678"]) as unknown as { slice: never; size: number; type: string };

function device() {
  const world = new World();
  const conv = world.group(ANNA, BEN);
  return { world, conv, browser: world.browser(ANNA) };
}

/** A page, live, on a device that is healthy still. */
async function opened() {
  const { world, conv, browser } = device();
  const session = browser.open();
  await world.pass(5_000);
  return { world, conv, browser, session };
}

const say = (session: Session, conv: string, text: string, held = false) =>
  session.outbox.add({ t: "send", conv, text }, [], { held });

/** What a visit leaves that ends before its message could go. */
async function left(world: World, browser: Browser, conv: string): Promise<string> {
  const session = browser.open();
  await world.pass(5_000);
  world.server.reachable = false;
  world.server.cut(ANNA);
  await world.pass(1_000);
  const { id } = await say(session, conv, "from before");
  session.stop();
  world.server.reachable = true;
  return id;
}

describe("a read that takes for ever", () => {
  test.each(["drafts", "outbox", "snapshot"] as const)(
    "of %s: the page is live, shows what comes, and sends",
    async (table) => {
      const { world, conv, browser } = device();
      hang(browser.store, table);
      const session = browser.open();
      await world.pass(3_000);
      expect(session.connection.state).toBe("live");
      world.say(conv, BEN, "new");
      const { eventId } = await say(session, conv, "answer");
      await world.pass(5_000);
      expect(world.texts(conv)).toEqual(["new", "answer"]);
      expect(session.roster.conversations.get(conv)?.preview?.event_id).toBe(eventId);
    },
  );

  test("of the outbox, that comes in the end: what waited is sent once, under its id", async () => {
    const { world, conv, browser } = device();
    const id = await left(world, browser, conv);
    const go = hang(browser.store, "outbox");
    const session = browser.open();
    await world.pass(5_000);
    await say(session, conv, "new");
    await world.pass(5_000);
    expect(world.texts(conv)).toEqual(["new"]);
    go();
    await settle();
    expect(session.outbox.get(id)).toBeDefined();
    await world.pass(60_000);
    expect(world.texts(conv)).toEqual(["new", "from before"]);
    expect([browser.store.rows.size, session.outbox.in(conv)]).toEqual([0, []]);
  });

  test("of the outbox has no file of what waits there forgotten", async () => {
    const { world, conv, browser } = device();
    const first = browser.open();
    await world.pass(5_000);
    world.server.reachable = false;
    const wish = { t: "send", conv, text: "" } as const;
    await first.outbox.add(wish, [{ content: FILE as never, name: "a.pdf" }]);
    first.stop();
    world.server.reachable = true;
    const go = hang(browser.store, "outbox");
    browser.open();
    await world.pass(10_000);
    expect(browser.store.files.size).toBe(1);
    go();
    await world.pass(60_000);
    expect(world.texts(conv)).toEqual([""]);
    expect(browser.store.files.size).toBe(0);
  });

  test("of drafts, that comes in the end, leaves what was typed meanwhile", async () => {
    const { world, browser } = device();
    browser.store.texts.set("a", "old").set("b", "old").set("c", "old");
    const go = hang(browser.store, "drafts");
    const session = browser.open();
    await world.pass(5_000);
    session.drafts.set("b", "typed");
    session.drafts.set("c", "typed");
    session.drafts.set("c", "");
    go();
    await world.pass(1_000);
    expect(["a", "b", "c"].map((conv) => session.drafts.get(conv))).toEqual(["old", "typed", ""]);
    expect([...browser.store.texts]).toEqual([
      ["a", "old"],
      ["b", "typed"],
    ]);
  });

  test("of a file: it is sent as it was chosen", async () => {
    const { world, conv, browser, session } = await opened();
    hang(browser.store, "file");
    const wish = { t: "send", conv, text: "" } as const;
    await session.outbox.add(wish, [{ content: FILE as never, name: "a.pdf" }]);
    await world.pass(30_000);
    expect(world.texts(conv)).toEqual([""]);
  });
});

describe("a write that takes for ever", () => {
  test("of a message: it and the next are sent, and it is said that they are not kept", async () => {
    const { world, conv, browser, session } = await opened();
    const seen: boolean[] = [];
    session.store.keepsChanged.subscribe(() => seen.push(session.store.keeps));
    const go = hang(browser.store, "putOutbox", "deleteOutbox", "putSnapshot");
    void say(session, conv, "one");
    void say(session, conv, "two");
    await world.pass(1_900);
    expect([world.texts(conv), session.store.keeps]).toEqual([[], true]);
    await world.pass(200);
    expect([world.texts(conv), session.store.keeps]).toEqual([["one"], false]);
    await world.pass(5_000);
    expect(world.texts(conv)).toEqual(["one", "two"]);
    // The writes come in the end, in their order.
    go();
    await world.pass(1_000);
    expect([browser.store.rows.size, session.store.keeps]).toEqual([0, true]);
    expect(seen).toEqual([false, true]);
    browser.open();
    await world.pass(60_000);
    expect(world.texts(conv)).toEqual(["one", "two"]);
  });

  test("while there is no line: the page would be missed until its messages are sent", async () => {
    const { world, conv, browser, session } = await opened();
    world.server.reachable = false;
    world.server.cut(ANNA);
    await world.pass(1_000);
    hang(browser.store, "putOutbox");
    void say(session, conv, "one");
    await world.pass(3_000);
    // Another write is in time: the device keeps again, and this message still not.
    session.drafts.set(conv, "next");
    await world.pass(1_000);
    expect([session.store.keeps, session.outbox.losable]).toEqual([true, true]);
    world.server.reachable = true;
    await world.pass(60_000);
    expect([world.texts(conv), session.outbox.losable]).toEqual([["one"], false]);
  });

  test("of a message of another tab than the one that sends", async () => {
    const { world, conv, browser } = await opened();
    const second = browser.open();
    await world.pass(5_000);
    const go = hang(browser.store, "putOutbox", "deleteOutbox");
    void say(second, conv, "held", true);
    await world.pass(10_000);
    expect(world.texts(conv)).toEqual(["held"]);
    go();
    await world.pass(1_000);
    expect(browser.store.rows.size).toBe(0);
  });

  test("of a draft: the next is kept as soon as the device answers", async () => {
    const { world, conv, browser, session } = await opened();
    const go = hang(browser.store, "putDraft");
    session.drafts.set(conv, "one");
    await world.pass(5_000);
    session.drafts.set(conv, "two");
    await world.pass(5_000);
    go();
    await world.pass(1_000);
    expect(browser.store.texts.get(conv)).toBe("two");
  });

  test("of a message lets the next draft of its conversation be kept", async () => {
    const { clock, store } = { clock: new FakeClock(), store: new FakeStore() };
    hang(store, "putOutbox");
    const timely = new TimelyStore(clock, store);
    const drafts = new Drafts(clock, timely, new FakeHub<OutboxNews>().join());
    drafts.set("c", "sent");
    await clock.advance(1_000);
    drafts.set("c", "", timely.putOutbox({} as never));
    drafts.set("c", "next");
    await clock.advance(1_000);
    expect(store.texts.get("c")).toBe("sent");
    await clock.advance(2_000);
    expect(store.texts.get("c")).toBe("next");
  });

  test("of a snapshot: another is kept within a minute, and few wait", async () => {
    const { world, conv, browser, session } = await opened();
    const { putSnapshot } = browser.store;
    let waiting = 0;
    browser.store.putSnapshot = () => {
      waiting += 1;
      return new Promise(() => undefined);
    };
    for (let i = 0; i < 20; i += 1) {
      world.say(conv, BEN, "more");
      await world.pass(5_000);
    }
    expect(waiting).toBeLessThan(4);
    browser.store.putSnapshot = putSnapshot;
    world.say(conv, BEN, "the last");
    await world.pass(65_000);
    expect(JSON.stringify(browser.store.kept)).toContain("the last");
    expect(session.connection.state).toBe("live");
  });

  test("does not keep the page when it is left for good", async () => {
    const { world, conv, browser, session } = await opened();
    hang(browser.store, "putSnapshot", "putDraft", "putOutbox");
    session.drafts.set(conv, "begun");
    world.say(conv, BEN, "more");
    await world.pass(100);
    let done = false;
    void session.flush().then(() => {
      done = true;
    });
    await world.pass(2_100);
    expect(done).toBe(true);
  });
});

describe("a message that can be taken back, on a device that is ill", () => {
  test("is sent though nobody knows whether it lies there", async () => {
    const { world, conv, browser, session } = await opened();
    await say(session, conv, "held", true);
    hang(browser.store, "outbox");
    await world.pass(10_000);
    expect(world.texts(conv)).toEqual(["held"]);
  });

  test.each([0, 1])("is sent though the device did not take it, from tab %i", async (tab) => {
    const { world, conv, browser, session } = await opened();
    const other = browser.open();
    await world.pass(1_000);
    browser.store.putOutbox = async () => false;
    await say(tab === 0 ? session : other, conv, "held", true);
    await world.pass(10_000);
    expect(world.texts(conv)).toEqual(["held"]);
  });
});

test("control: a device that is well keeps all, and nothing is late", async () => {
  const { world, conv, browser, session } = await opened();
  const seen: boolean[] = [];
  session.store.keepsChanged.subscribe(() => seen.push(session.store.keeps));
  await say(session, conv, "one");
  expect(browser.store.rows.size).toBe(1);
  session.drafts.set(conv, "two");
  await world.pass(65_000);
  expect([seen, browser.store.rows.size, session.outbox.losable]).toEqual([[], 0, false]);
  expect(browser.store.texts.get(conv)).toBe("two");
});
