import { describe, expect, test } from "vitest";
import { ANNA, BEN, type Browser, World } from "../../tests/fakes/world";
import type { Outbox, Wish } from "./outbox";
import type { Session } from "./session";

function text(conv: string, body: string): Wish {
  return { t: "send", conv, text: body };
}

async function opened(world: World, browser: Browser): Promise<Session> {
  const session = browser.open();
  await world.pass(1_000);
  expect(session.connection.state).toBe("live");
  return session;
}

function shown(outbox: Outbox, conv: string): string[] {
  return outbox
    .in(conv)
    .map(({ entry }) => (entry.command.t === "send" ? (entry.command.text ?? "") : ""));
}

describe("a message", () => {
  test("is recorded once and leaves the outbox with its event", async () => {
    const world = new World();
    const conv = world.group(ANNA, BEN);
    const browser = world.browser(ANNA);
    const session = await opened(world, browser);
    const entry = await session.outbox.add(text(conv, "hello"));
    expect(shown(session.outbox, conv)).toEqual(["hello"]);
    expect(browser.store.rows.size).toBe(1);
    await world.pass(1_000);
    expect(world.texts(conv)).toEqual(["hello"]);
    expect(shown(session.outbox, conv)).toEqual([]);
    expect(browser.store.rows.size).toBe(0);
    expect(world.server.journal.find(entry.eventId)).toBeDefined();
  });

  test("is shown with its numbers from the acknowledgement until its event arrives", async () => {
    const world = new World();
    const conv = world.group(ANNA, BEN);
    const session = await opened(world, world.browser(ANNA));
    const { id } = await session.outbox.add(text(conv, "hello"));
    session.outbox.acked(id, { conv_seq: 2, msg_no: 1, at: "2026-11-24T09:00:00.000000Z" });
    expect(session.outbox.in(conv)[0]?.recorded?.conv_seq).toBe(2);
    expect(session.outbox.count()).toEqual({ unsent: 0, refused: 0 });
  });

  test("is shown while an earlier one is still being kept, and sent after it", async () => {
    const world = new World();
    const conv = world.group(ANNA, BEN);
    const browser = world.browser(ANNA);
    const session = await opened(world, browser);
    let kept = () => {};
    browser.store.busy = new Promise((resolve) => {
      kept = resolve;
    });
    for (const body of ["one", "two", "three"]) void session.outbox.add(text(conv, body));
    await world.pass(1_000);
    expect(shown(session.outbox, conv)).toEqual(["one", "two", "three"]);
    expect(world.texts(conv)).toEqual([]);
    kept();
    await world.pass(1_000);
    expect(world.texts(conv)).toEqual(["one", "two", "three"]);
  });

  test("survives a closed tab and is sent by the next visit", async () => {
    const world = new World();
    const conv = world.group(ANNA, BEN);
    const browser = world.browser(ANNA);
    const session = await opened(world, browser);
    world.server.reachable = false;
    world.server.cut();
    await world.pass(10);
    await session.outbox.add(text(conv, "kept"));
    session.stop();
    world.server.reachable = true;
    const again = browser.open();
    await world.pass(1_000);
    expect(world.texts(conv)).toEqual(["kept"]);
    expect(again.outbox.count().unsent).toBe(0);
  });

  test("is not sent twice when the tab closed between sending and the answer", async () => {
    const world = new World();
    const conv = world.group(ANNA, BEN);
    const browser = world.browser(ANNA);
    const session = await opened(world, browser);
    world.server.answersToDrop = 1;
    await session.outbox.add(text(conv, "once"));
    await world.pass(7);
    session.stop();
    expect(browser.store.rows.size).toBe(1);
    browser.open();
    await world.pass(1_000);
    expect(world.texts(conv)).toEqual(["once"]);
    expect(browser.store.rows.size).toBe(0);
  });
});

test("200 messages whose answers are all lost are 200 messages in their order", async () => {
  const world = new World(7);
  const convs = Array.from({ length: 10 }, () => world.group(ANNA, BEN));
  const session = await opened(world, world.browser(ANNA));
  world.server.answersToDrop = 200;
  const wanted = new Map(convs.map((conv) => [conv, [] as string[]]));
  for (let i = 0; i < 200; i += 1) {
    const conv = convs[i % convs.length] ?? "";
    wanted.get(conv)?.push(`message ${i}`);
    void session.outbox.add(text(conv, `message ${i}`));
    if (i % 20 === 19) {
      // Torn on the way there (the commands are lost), or on the way back (answers and events are).
      await world.pass(i % 40 === 19 ? 7 : 2);
      world.server.cut();
      await world.pass(2_000);
    }
  }
  await world.pass(40 * 30_000);
  expect(world.server.answersToDrop).toBe(0);
  for (const conv of convs) expect(world.texts(conv)).toEqual(wanted.get(conv));
  expect(session.outbox.count()).toEqual({ unsent: 0, refused: 0 });
});

describe("order in a conversation", () => {
  test("holds when the first message has to wait", async () => {
    const world = new World();
    const conv = world.group(ANNA, BEN);
    const session = await opened(world, world.browser(ANNA));
    let refusals = 2;
    world.server.refuse = (frame) =>
      refusals-- > 0
        ? { t: "nack", id: frame.id, code: "rate_limited", detail: "", retry_after: 3 }
        : undefined;
    for (const body of ["1", "2", "3"]) void session.outbox.add(text(conv, body));
    await world.pass(2_000);
    expect(world.texts(conv)).toEqual([]);
    expect(session.outbox.count()).toEqual({ unsent: 3, refused: 0 });
    await world.pass(10_000);
    expect(world.texts(conv)).toEqual(["1", "2", "3"]);
  });

  test("holds when the answer is pending", async () => {
    const world = new World();
    const conv = world.group(ANNA, BEN);
    const session = await opened(world, world.browser(ANNA));
    const seen: string[] = [];
    world.server.refuse = (frame) => {
      seen.push(frame.id);
      return seen.length < 3 ? { t: "pending", id: frame.id, retry_after: 1 } : undefined;
    };
    const first = await session.outbox.add(text(conv, "1"));
    await session.outbox.add(text(conv, "2"));
    await world.pass(10_000);
    expect(seen.slice(0, 3)).toEqual([first.id, first.id, first.id]);
    expect(world.texts(conv)).toEqual(["1", "2"]);
  });

  test("does not hold up other conversations", async () => {
    const world = new World();
    const [one, two] = [world.group(ANNA, BEN), world.group(ANNA, BEN)];
    const session = await opened(world, world.browser(ANNA));
    world.server.refuse = (frame) =>
      frame.conv === one ? { t: "pending", id: frame.id, retry_after: 1 } : undefined;
    void session.outbox.add(text(one, "waits"));
    void session.outbox.add(text(two, "goes"));
    await world.pass(3_000);
    expect(world.texts(one)).toEqual([]);
    expect(world.texts(two)).toEqual(["goes"]);
  });
});

describe("a refused message", () => {
  async function refused(code: string) {
    const world = new World();
    const conv = world.group(ANNA, BEN);
    const browser = world.browser(ANNA);
    const session = await opened(world, browser);
    world.server.refuse = (frame) => ({ t: "nack", id: frame.id, code, detail: "No." });
    const entry = await session.outbox.add(text(conv, "no"));
    await world.pass(1_000);
    world.server.refuse = undefined;
    return { world, conv, browser, session, entry };
  }

  test("waits with its reason, also for the next visit", async () => {
    const { browser, session, conv } = await refused("not_allowed");
    expect(session.outbox.in(conv)[0]?.entry.refusal?.code).toBe("not_allowed");
    expect(session.outbox.count()).toMatchObject({ unsent: 0, refused: 1 });
    expect([...browser.store.rows.values()][0]?.refusal?.code).toBe("not_allowed");
  });

  test("does not stop the next one, and goes after it when it is tried again", async () => {
    const { world, session, conv, entry } = await refused("not_allowed");
    await session.outbox.add(text(conv, "yes"));
    await world.pass(1_000);
    expect(world.texts(conv)).toEqual(["yes"]);
    await session.outbox.retry(entry.id);
    await world.pass(1_000);
    expect(world.texts(conv)).toEqual(["yes", "no"]);
    expect(world.server.journal.find(entry.eventId)).toBeDefined();
  });

  test("can be discarded, and that can be undone", async () => {
    const { world, browser, session, conv, entry } = await refused("not_allowed");
    const gone = session.outbox.discard(entry.id);
    expect(shown(session.outbox, conv)).toEqual([]);
    await world.pass(10);
    expect(browser.store.rows.size).toBe(0);
    if (gone !== undefined) await session.outbox.restore(gone);
    expect(session.outbox.in(conv)[0]?.entry.refusal?.code).toBe("not_allowed");
    expect(browser.store.rows.size).toBe(1);
  });

  test("is told of and dropped when it is a reaction", async () => {
    const world = new World();
    const conv = world.group(ANNA, BEN);
    const session = await opened(world, world.browser(ANNA));
    const codes: string[] = [];
    session.dropped.subscribe(({ refusal }) => codes.push(refusal.code));
    await session.outbox.add({ t: "react", conv, target: "0".repeat(32), emoji: "👍" });
    await world.pass(1_000);
    expect(codes).toEqual(["no_such_message"]);
    expect(session.outbox.in(conv)).toEqual([]);
  });
});

test("when recording is back, held messages go out at once", async () => {
  const world = new World();
  const conv = world.group(ANNA, BEN);
  const session = await opened(world, world.browser(ANNA));
  world.server.refuse = (frame) => ({
    t: "nack",
    id: frame.id,
    code: "archive_unavailable",
    detail: "",
    retry_after: 60,
  });
  world.server.setRecording("unavailable");
  await session.outbox.add(text(conv, "kept"));
  await world.pass(1_000);
  expect(session.recording).toBe("unavailable");
  world.server.refuse = undefined;
  world.server.setRecording("on");
  await world.pass(1_000);
  expect(world.texts(conv)).toEqual(["kept"]);
});

describe("two tabs", () => {
  test("a discard that is undone in one is undone in the one that sends", async () => {
    const world = new World();
    const conv = world.group(ANNA, BEN);
    const browser = world.browser(ANNA);
    const first = await opened(world, browser);
    const second = await opened(world, browser);
    world.server.refuse = (frame) => ({ t: "nack", id: frame.id, code: "too_long", detail: "" });
    const { id } = await second.outbox.add(text(conv, "hello"));
    await world.pass(1_000);
    const gone = second.outbox.discard(id);
    await world.pass(1_000);
    expect(shown(first.outbox, conv)).toEqual([]);
    world.server.refuse = undefined;
    if (gone !== undefined) await second.outbox.restore(gone);
    await world.pass(1_000);
    expect(shown(first.outbox, conv)).toEqual(["hello"]);
    await second.outbox.retry(id);
    await world.pass(1_000);
    expect(world.texts(conv)).toEqual(["hello"]);
    expect([first, second].map(({ outbox }) => shown(outbox, conv))).toEqual([[], []]);
  });

  test("share one outbox, and one of them sends", async () => {
    const world = new World();
    const conv = world.group(ANNA, BEN);
    const browser = world.browser(ANNA);
    const [one, two] = [browser.open(), browser.open()];
    await world.pass(1_000);
    for (let i = 0; i < 10; i += 1) await (i % 2 === 0 ? one : two).outbox.add(text(conv, `${i}`));
    await world.pass(2_000);
    expect(world.texts(conv)).toEqual(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
    expect(world.server.received).toBe(10);
    for (const tab of [one, two]) expect(tab.outbox.count().unsent).toBe(0);
    expect(browser.store.rows.size).toBe(0);
  });

  test("go on when the sending one closes with a message in flight", async () => {
    const world = new World();
    const conv = world.group(ANNA, BEN);
    const browser = world.browser(ANNA);
    const [one, two] = [browser.open(), browser.open()];
    await world.pass(1_000);
    world.server.answersToDrop = 1;
    await two.outbox.add(text(conv, "from the other tab"));
    await world.pass(3);
    one.stop();
    await two.outbox.add(text(conv, "after"));
    await world.pass(2_000);
    expect(world.texts(conv)).toEqual(["from the other tab", "after"]);
    expect(two.outbox.count().unsent).toBe(0);
    expect(browser.store.rows.size).toBe(0);
  });

  test("the next one deletes what the sending one had done, and died before it was deleted", async () => {
    const world = new World();
    const conv = world.group(ANNA, BEN);
    const browser = world.browser(ANNA);
    const [one, two] = [browser.open(), browser.open()];
    await world.pass(1_000);
    // A page that goes away takes along what its database has not written yet.
    const lost: string[] = [];
    const deletes = browser.store.deleteOutbox;
    browser.store.deleteOutbox = async (id) => void lost.push(id);
    const { id } = await two.outbox.add(text(conv, "done"));
    await world.pass(1_000);
    one.stop();
    browser.store.deleteOutbox = deletes;
    expect([...browser.store.rows.keys()]).toEqual([id]);
    expect(lost).toContain(id);
    await world.pass(1_000);
    expect(browser.store.rows.size).toBe(0);
    expect(shown(two.outbox, conv)).toEqual([]);
    expect(world.texts(conv)).toEqual(["done"]);
  });

  test("both show a refusal, and a retry from either is sent", async () => {
    const world = new World();
    const conv = world.group(ANNA, BEN);
    const browser = world.browser(ANNA);
    const [one, two] = [browser.open(), browser.open()];
    await world.pass(1_000);
    world.server.refuse = (frame) => ({ t: "nack", id: frame.id, code: "no", detail: "" });
    const entry = await two.outbox.add(text(conv, "again"));
    await world.pass(1_000);
    for (const tab of [one, two]) expect(tab.outbox.count().refused).toBe(1);
    world.server.refuse = undefined;
    await two.outbox.retry(entry.id);
    await world.pass(1_000);
    expect(world.texts(conv)).toEqual(["again"]);
    for (const tab of [one, two]) expect(tab.outbox.count()).toEqual({ unsent: 0, refused: 0 });
  });
});
