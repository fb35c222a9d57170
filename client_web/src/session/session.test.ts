import { describe, expect, test } from "vitest";
import { ANNA, BEN, World } from "../../tests/fakes/world";
import { MOST_ROWS, Timeline } from "./timeline";

describe("what is kept on the device", () => {
  test("holds a removed text no longer after the next connect", async () => {
    const world = new World();
    const conv = world.group(ANNA, BEN);
    const message = world.say(conv, BEN, "secret");
    world.server.record({
      type: "message.sent",
      conv,
      actor: BEN,
      text: "about it",
      reply_to: { event_id: message.event_id, conv_seq: 2, actor: BEN, text: "secret" },
    } as never);
    const browser = world.browser(ANNA);
    const session = browser.open();
    await world.pass(1_000);
    void session.timelines.use(conv).newest();
    await world.pass(5_000);
    session.stop();
    expect(JSON.stringify(browser.store.kept)).toContain("secret");
    world.remove(message);
    world.say(conv, BEN, "later");
    browser.open();
    await world.pass(5_000);
    expect(JSON.stringify(browser.store.kept)).not.toContain("secret");
    expect(JSON.stringify(browser.store.kept)).toContain("about it");
  });

  test("is dropped when the cursor is too old, and fetched anew", async () => {
    const world = new World();
    const conv = world.group(ANNA, BEN);
    const message = world.say(conv, BEN, "secret");
    const browser = world.browser(ANNA);
    const session = browser.open();
    await world.pass(1_000);
    void session.timelines.use(conv).newest();
    await world.pass(5_000);
    session.stop();
    world.remove(message);
    world.server.oldest = world.server.journal.all.length;
    const again = browser.open();
    await world.pass(5_000);
    expect(again.connection.state).toBe("live");
    expect(JSON.stringify(browser.store.kept)).not.toContain("secret");
  });

  test("is written by one tab, and by the next when that one closes", async () => {
    const world = new World();
    const conv = world.group(ANNA, BEN);
    const browser = world.browser(ANNA);
    const [one, two] = [browser.open(), browser.open()];
    await world.pass(5_000);
    void two.timelines.use(conv).newest();
    await world.pass(5_000);
    expect(browser.store.kept?.timelines).toEqual([]);
    one.stop();
    await world.pass(5_000);
    expect(browser.store.kept?.timelines.map((each) => each.conv)).toEqual([conv]);
  });
});

describe("positions", () => {
  function member(world: World, conv: string) {
    return world.server.journal.streams.get(conv)?.members.get(ANNA);
  }

  test("delivered is stated for what arrives, once a second", async () => {
    const world = new World();
    const conv = world.group(ANNA, BEN);
    world.browser(ANNA).open();
    await world.pass(2_000);
    const before = world.server.journal.all.length;
    for (let i = 0; i < 20; i += 1) world.say(conv, BEN, "x");
    await world.pass(2_000);
    expect(member(world, conv)).toMatchObject({ delivered: 20, read: 0 });
    expect(world.server.journal.all.length - before).toBe(21);
  });

  test("what was read without a connection is stated after the next resumed", async () => {
    const world = new World();
    const conv = world.group(ANNA, BEN);
    world.say(conv, BEN, "x");
    const session = world.browser(ANNA).open();
    await world.pass(2_000);
    world.server.reachable = false;
    world.server.cut();
    await world.pass(100);
    session.positions.read(conv, 1);
    await world.pass(60_000);
    expect(member(world, conv)?.read).toBe(0);
    world.server.reachable = true;
    await world.pass(60_000);
    expect(member(world, conv)?.read).toBe(1);
  });

  test("a page that is left states at once what is due", async () => {
    const world = new World();
    const conv = world.group(ANNA, BEN);
    world.say(conv, BEN, "x");
    const session = world.browser(ANNA).open();
    await world.pass(2_000);
    session.positions.read(conv, 1);
    void session.flush();
    await world.pass(10);
    expect(member(world, conv)?.read).toBe(1);
  });
});

test("who is away, or looks, is said, and again on a new connection", async () => {
  const world = new World();
  world.group(ANNA, BEN);
  const session = world.browser(ANNA).open();
  await world.pass(1_000);
  world.server.say({ t: "ephemeral", items: [{ k: "presence", person: BEN, state: "away" }] });
  await world.pass(100);
  expect(session.roster.isOnline(BEN)).toBe("away");
  session.looking(true);
  session.idle(true);
  await world.pass(100);
  expect(world.server.idle).toEqual([true]);
  world.server.cut();
  await world.pass(40_000);
  expect(world.server.idle).toEqual([true, true]);
  expect(world.server.looking).toEqual([true, true]);
  session.idle(false);
  await world.pass(100);
  expect(world.server.idle).toEqual([true, true, false]);
  session.stop();
});

test("presence follows what the server says, and starts anew with each connection", async () => {
  const world = new World();
  world.group(ANNA, BEN);
  const session = world.browser(ANNA).open();
  await world.pass(1_000);
  world.server.say({ t: "ephemeral", items: [{ k: "presence", person: BEN, state: "online" }] });
  await world.pass(10);
  expect(session.roster.isOnline(BEN)).toBe(true);
  world.server.cut();
  await world.pass(5_000);
  expect(session.roster.isOnline(BEN)).toBe(false);
});

describe("a timeline's memory", () => {
  const conv = "c".repeat(32);
  const row = (seq: number) => ({
    type: "message.sent" as const,
    event_id: seq.toString(16).padStart(32, "0"),
    conv,
    conv_seq: seq,
    msg_no: seq,
    actor: BEN,
    at: "2026-11-24T09:00:00.000000Z",
    text: "x",
  });
  const rows = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, i) => row(from + i));

  function loaded(from: number, to: number): Timeline {
    const timeline = new Timeline(conv, ANNA);
    const events = rows(from, to);
    timeline.merge(timeline.begin("newest"), { events, more_before: true, more_after: false });
    return timeline;
  }

  test("is bounded: live rows push out the oldest, which can be loaded again", () => {
    const timeline = loaded(1, MOST_ROWS + 1);
    timeline.apply(row(MOST_ROWS + 1));
    expect(timeline.rows).toHaveLength(MOST_ROWS);
    expect(timeline.rows[0]?.conv_seq).toBe(2);
    expect(timeline.moreBefore).toBe(true);
  });

  test("is bounded: paging back lets go of the newest", () => {
    const timeline = loaded(1_000, MOST_ROWS + 1_000);
    const page = { events: rows(900, 1_000), more_before: true, more_after: true };
    timeline.merge(timeline.begin("before"), page);
    expect(timeline.rows).toHaveLength(MOST_ROWS);
    expect(timeline.rows[0]?.conv_seq).toBe(900);
    expect(timeline.moreAfter).toBe(true);
  });

  test("shrinks when nobody looks, unless a page is on its way", () => {
    const timeline = loaded(1, 501);
    const request = timeline.begin("before");
    timeline.shrink(200);
    expect(timeline.rows).toHaveLength(500);
    timeline.abandon(request);
    timeline.shrink(200);
    expect(timeline.rows.map(({ conv_seq }) => conv_seq)).toEqual(
      rows(301, 501).map(({ conv_seq }) => conv_seq),
    );
  });

  test("a page for a window that is gone is not used", () => {
    const timeline = loaded(500, 600);
    const request = timeline.begin("before");
    timeline.reset();
    const page = { events: rows(400, 500), more_before: true, more_after: true };
    expect(timeline.merge(request, page)).toBe(false);
    expect(timeline.rows).toEqual([]);
  });
});
