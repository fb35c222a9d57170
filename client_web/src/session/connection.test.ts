import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { settle } from "../../tests/fakes/clock";
import { Rig, WELCOME } from "../../tests/fakes/connection";
import { delayOf } from "./backoff";
import { Refused, Unreachable } from "./failures";

test("it takes a ticket, says hello with the cursor, and is live after resumed", async () => {
  const rig = new Rig();
  rig.cursor = "before";
  await rig.live();
  expect(rig.line.sent).toEqual([{ t: "hello", ticket: "ticket 1", cursor: "before" }]);
  expect(rig.states).toEqual(["ticket", "opening", "greeting", "replaying", "live"]);
  expect(rig.log).toEqual(["welcome", "resumed c"]);
});

test("nothing is sent before it is live", async () => {
  const rig = new Rig();
  rig.connection.start();
  await settle();
  rig.line.events.opened();
  expect(rig.connection.send({ t: "typing", conv: "c" })).toBe(false);
  rig.line.say(WELCOME);
  expect(rig.connection.send({ t: "typing", conv: "c" })).toBe(false);
  rig.line.say({ t: "resumed", cursor: "c" });
  expect(rig.connection.send({ t: "typing", conv: "c" })).toBe(true);
});

describe("silence", () => {
  test("of twice the heartbeat means that the connection is lost", async () => {
    const rig = new Rig();
    await rig.live();
    await rig.clock.advance(49_000);
    rig.line.say({ t: "heartbeat", at: "2026-11-24T09:00:00.000000Z" });
    await rig.clock.advance(49_999);
    expect(rig.connection.state).toBe("live");
    await rig.clock.advance(1);
    expect(rig.connection.state).toBe("waiting");
    expect(rig.line.closed).toBe(true);
  });

  test("of 15 seconds before the welcome too", async () => {
    const rig = new Rig();
    rig.connection.start();
    await settle();
    await rig.clock.advance(15_000);
    expect(rig.connection.state).toBe("waiting");
  });
});

describe("after a loss", () => {
  test("it comes back with the cursor of the moment", async () => {
    const rig = new Rig();
    await rig.live();
    rig.cursor = "later";
    rig.line.events.closed();
    expect(rig.connection.retryAt).toBe(rig.clock.now() + 750);
    await rig.clock.advance(750);
    rig.line.events.opened();
    expect(rig.line.sent).toEqual([{ t: "hello", ticket: "ticket 2", cursor: "later" }]);
  });

  test("what an earlier socket still says is ignored", async () => {
    const rig = new Rig();
    await rig.live();
    const first = rig.line;
    first.events.closed();
    await rig.clock.advance(1_000);
    rig.greet();
    first.say({ t: "bye", code: "draining", detail: "" });
    first.events.closed();
    expect(rig.connection.state).toBe("live");
  });

  test("each failure doubles the limit of the wait, up to 30 seconds", async () => {
    const rig = new Rig();
    rig.ticketFailure = new Unreachable("offline");
    rig.connection.start();
    const waits: number[] = [];
    for (let i = 0; i < 9; i += 1) {
      await settle();
      const wait = (rig.connection.retryAt ?? 0) - rig.clock.now();
      waits.push(wait);
      await rig.clock.advance(wait);
    }
    expect(waits).toEqual([750, 1250, 2250, 4250, 8250, 15_250, 15_250, 15_250, 15_250]);
  });

  test.each([
    ["a loss", undefined, [500, 600, 800, 999]],
    ["a farewell that says when", 4, [4_000, 4_100, 4_300, 4_499]],
  ])("after %s they who were there together come back one by one", async (_, asked, moments) => {
    const waits: number[] = [];
    for (const chance of [0, 0.2, 0.6, 0.998]) {
      const rig = new Rig();
      await rig.live();
      rig.chance = chance;
      if (asked === undefined) rig.line.events.closed();
      else rig.line.say({ t: "bye", code: "draining", detail: "", retry_after: asked });
      waits.push((rig.connection.retryAt ?? 0) - rig.clock.now());
    }
    expect(waits).toEqual(moments);
  });

  test("retryNow does not wait", async () => {
    const rig = new Rig();
    await rig.live();
    rig.line.events.closed();
    rig.connection.retryNow();
    await settle();
    rig.greet();
    expect(rig.connection.state).toBe("live");
  });

  test("a server that cuts at once is not asked again and again", async () => {
    const rig = new Rig();
    await rig.live();
    for (let i = 0; i < 5; i += 1) {
      rig.line.events.closed();
      await rig.clock.advance((rig.connection.retryAt ?? 0) - rig.clock.now());
      rig.greet();
    }
    rig.line.events.closed();
    expect((rig.connection.retryAt ?? 0) - rig.clock.now()).toBeGreaterThan(10_000);
  });

  test("after 10 seconds of being live the wait is short again", async () => {
    const rig = new Rig();
    rig.ticketFailure = new Unreachable("offline");
    rig.connection.start();
    await rig.clock.advance(20_000);
    rig.ticketFailure = undefined;
    await rig.clock.advance(20_000);
    rig.greet();
    await rig.clock.advance(10_000);
    rig.line.events.closed();
    expect((rig.connection.retryAt ?? 0) - rig.clock.now()).toBe(750);
  });
});

describe("bye", () => {
  test("is honoured: no attempt before retry_after", async () => {
    const rig = new Rig();
    await rig.live();
    rig.line.say({ t: "bye", code: "draining", detail: "", retry_after: 4 });
    await rig.clock.advance(3_999);
    expect(rig.tickets).toBe(1);
    await rig.clock.advance(1_000);
    expect(rig.tickets).toBe(2);
  });

  test("of a socket too many is told until one of the others is closed", async () => {
    const rig = new Rig();
    await rig.live();
    rig.line.say({ t: "bye", code: "too_many_sockets", detail: "" });
    expect(rig.connection.crowded).toBe(true);
    await rig.clock.advance(1_000);
    expect(rig.connection.crowded).toBe(true);
    rig.greet();
    expect(rig.connection.crowded).toBe(false);
  });

  test("final, and the session refused: it ends, and says why", async () => {
    const rig = new Rig();
    await rig.live();
    rig.checkFailure = new Refused(401, "no_session", "Sign in.");
    rig.line.say({ t: "bye", code: "device_revoked", detail: "", final: true });
    await settle();
    expect(rig.connection.state).toBe("ended");
    expect(rig.log.at(-1)).toBe("refused device_revoked");
    await rig.clock.advance(100_000);
    expect(rig.tickets).toBe(1);
  });

  test("final, and the request came before the new invitation: it says what the socket was told", async () => {
    const rig = new Rig();
    await rig.live();
    rig.checkFailure = new Refused(401, "device_revoked", "Sign in.");
    rig.line.say({ t: "bye", code: "client_reset", detail: "", final: true });
    await settle();
    expect(rig.log.at(-1)).toBe("refused client_reset");
  });

  test("final, but the session stands: it comes back", async () => {
    const rig = new Rig();
    await rig.live();
    rig.line.say({ t: "bye", code: "bad_frame", detail: "", final: true });
    await rig.clock.advance(1_000);
    rig.greet();
    expect(rig.connection.state).toBe("live");
    expect(rig.log.filter((line) => line.startsWith("refused"))).toEqual([]);
  });

  test("final, and nobody to ask: it tries until somebody answers", async () => {
    const rig = new Rig();
    await rig.live();
    rig.checkFailure = new Unreachable("offline");
    rig.line.say({ t: "bye", code: "session_ended", detail: "", final: true });
    await settle();
    expect(rig.connection.state).toBe("waiting");
    rig.ticketFailure = new Refused(401, "no_session", "Sign in.");
    await rig.clock.advance(1_000);
    expect(rig.log.at(-1)).toBe("refused no_session");
  });
});

test("a refused ticket ends it; one refused for now does not", async () => {
  const rig = new Rig();
  rig.ticketFailure = new Refused(503, "unavailable", "", 2);
  rig.connection.start();
  await settle();
  expect((rig.connection.retryAt ?? 0) - rig.clock.now()).toBe(2_250);
  rig.ticketFailure = new Refused(401, "no_session", "");
  await rig.clock.advance(3_000);
  expect(rig.connection.state).toBe("ended");
});

describe("resync_required", () => {
  test("fetches the lists and says hello with their cursor", async () => {
    const rig = new Rig();
    rig.cursor = "old";
    rig.connection.start();
    await settle();
    rig.line.events.opened();
    rig.line.say(WELCOME);
    rig.line.say({ t: "resync_required", code: "cursor_too_old" });
    await settle();
    rig.line.events.opened();
    expect(rig.line.sent).toEqual([{ t: "hello", ticket: "ticket 2", cursor: "fresh" }]);
  });

  test("is tried again when the lists can't be fetched", async () => {
    const rig = new Rig();
    await rig.live();
    rig.resyncFailure = new Unreachable("server_error");
    rig.line.say({ t: "resync_required", code: "cursor_too_old" });
    await settle();
    expect(rig.connection.state).toBe("waiting");
  });
});

test("a frame that the protocol does not allow ends the connection, not the page", async () => {
  const rig = new Rig();
  await rig.live();
  rig.line.events.message('{"t":"ack","id":1}');
  expect(rig.connection.state).toBe("waiting");
});

test("stop ends it for good", async () => {
  const rig = new Rig();
  await rig.live();
  rig.connection.stop();
  rig.line.events.closed();
  rig.connection.retryNow();
  await rig.clock.advance(100_000);
  expect(rig.connection.state).toBe("ended");
  expect(rig.tickets).toBe(1);
});

test("the wait is between half a second and 30 seconds, or what the server asks for", () => {
  const failures = fc.integer({ min: 1, max: 1_000 });
  const random = fc.double({ min: 0, max: 0.999, noNaN: true });
  const asked = fc.option(fc.double({ min: 0, max: 600, noNaN: true }), { nil: undefined });
  fc.assert(
    fc.property(failures, random, asked, (count, jitter, retryAfter) => {
      const delay = delayOf(count, jitter, retryAfter);
      const least = Math.max(500, (retryAfter ?? 0) * 1000);
      expect(delay).toBeGreaterThanOrEqual(least);
      expect(delay).toBeLessThanOrEqual(least + 29_500);
    }),
  );
});
