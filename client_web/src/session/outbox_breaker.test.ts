import { describe, expect, test } from "vitest";
import { ANNA, BEN, type Browser, World } from "../../tests/fakes/world";
import type { Wish } from "./outbox";
import type { Session } from "./session";

const POISON = "poison";

function text(conv: string, body: string): Wish {
  return { t: "send", conv, text: body };
}

/** A server that closes the socket for one text, as often as it comes. */
async function poisoned(): Promise<{ world: World; browser: Browser; session: Session }> {
  const world = new World();
  world.server.poison = (frame) => frame.t === "send" && frame.text === POISON;
  const browser = world.browser(ANNA);
  const session = browser.open();
  await world.pass(1_000);
  return { world, browser, session };
}

function refusals(session: Session, conv: string) {
  return session.outbox.in(conv).flatMap(({ entry }) => entry.refusal ?? []);
}

describe("a command for which the server closes the socket each time", () => {
  test("is set aside after three times alone, with its reason, and what follows it is sent", async () => {
    const { world, session } = await poisoned();
    const conv = world.group(ANNA, BEN);
    await world.pass(100);
    await session.outbox.add(text(conv, POISON));
    await session.outbox.add(text(conv, "after it"));
    await world.pass(60_000);
    expect(world.server.received).toBe(4);
    expect(refusals(session, conv)).toEqual([
      { code: "connection_closed", detail: "", unsure: true },
    ]);
    expect(world.texts(conv)).toEqual(["after it"]);
    expect(session.connection.state).toBe("live");
  });

  test("does not take those of other conversations with it", async () => {
    const { world, session } = await poisoned();
    const convs = [0, 1, 2, 3].map(() => world.group(ANNA, BEN));
    await world.pass(100);
    const adding = convs.map((conv, i) => session.outbox.add(text(conv, i === 2 ? POISON : "ok")));
    await Promise.all(adding);
    await world.pass(120_000);
    expect(convs.map((conv) => world.texts(conv))).toEqual([["ok"], ["ok"], [], ["ok"]]);
    expect(convs.map((conv) => refusals(session, conv).length)).toEqual([0, 0, 1, 0]);
  });

  test("is neither forgotten nor discarded, and is sent once the server takes it", async () => {
    const { world, browser, session } = await poisoned();
    const conv = world.group(ANNA, BEN);
    await world.pass(100);
    const { id } = await session.outbox.add(text(conv, POISON));
    await world.pass(60_000);
    expect(session.outbox.discard(id)).toBeUndefined();
    session.stop();
    world.server.poison = undefined;
    const again = browser.open();
    await world.pass(1_000);
    expect(refusals(again, conv)).toHaveLength(1);
    await again.outbox.retry(id);
    await world.pass(1_000);
    expect(world.texts(conv)).toEqual([POISON]);
  });

  test("was on the record after all: its event ends it", async () => {
    const { world, session } = await poisoned();
    const conv = world.group(ANNA, BEN);
    await world.pass(100);
    const { eventId } = await session.outbox.add(text(conv, POISON));
    await world.pass(60_000);
    expect(refusals(session, conv)).toHaveLength(1);
    const draft = { type: "message.sent", conv, actor: ANNA, text: POISON, event_id: eventId };
    world.server.record(draft as Parameters<typeof world.server.record>[0]);
    await world.pass(1_000);
    expect(session.outbox.in(conv)).toEqual([]);
  });
});

test("a network that is lost each time is no command's fault", async () => {
  const world = new World();
  const conv = world.group(ANNA, BEN);
  const session = world.browser(ANNA).open();
  await world.pass(1_000);
  world.server.answersToDrop = 5;
  await session.outbox.add(text(conv, "patient"));
  for (let i = 0; i < 5; i += 1) {
    world.server.deaf = true;
    await world.pass(6_000);
    world.server.deaf = false;
    await world.pass(40_000);
  }
  expect(refusals(session, conv)).toEqual([]);
  expect(world.texts(conv)).toEqual(["patient"]);
  expect(session.outbox.in(conv)).toEqual([]);
});

test("a network that swallows everything shows within 5 seconds of a send", async () => {
  const world = new World();
  const conv = world.group(ANNA, BEN);
  const session = world.browser(ANNA).open();
  await world.pass(1_000);
  world.server.deaf = true;
  await session.outbox.add(text(conv, "kept"));
  await world.pass(5_000);
  expect(session.connection.state).not.toBe("live");
  world.server.deaf = false;
  await world.pass(30_000);
  expect(world.texts(conv)).toEqual(["kept"]);
});

test("lists that cannot be fetched when the cursor is too old leave nothing out", async () => {
  const world = new World();
  const conv = world.group(ANNA, BEN);
  const browser = world.browser(ANNA);
  const session = browser.open();
  await world.pass(1_000);
  const paging = session.timelines.use(conv);
  await Promise.all([paging.newest(), world.pass(1_000)]);
  world.server.cut(ANNA);
  world.say(conv, BEN, "missed");
  world.server.oldest = 1_000_000;
  // The server goes away right after it has said that the cursor is too old.
  while (session.connection.state !== "resyncing") await world.pass(1);
  world.server.reachable = false;
  await world.pass(20_000);
  world.server.oldest = 0;
  world.server.reachable = true;
  await world.pass(60_000);
  expect(session.connection.state).toBe("live");
  expect(paging.timeline.rows.map((row) => ("text" in row ? row.text : row.type))).toEqual([
    "conversation.created",
    "missed",
  ]);
});
