import { describe, expect, test } from "vitest";
import { settle } from "../../tests/fakes/clock";
import { Rig, WELCOME } from "../../tests/fakes/connection";
import type * as wire from "../wire/types.gen";
import { Unreachable } from "./failures";

const SEND = { t: "send", id: "1".repeat(32), conv: "2".repeat(32), text: "hello" } as const;
const HEARTBEAT = { t: "heartbeat", at: "2026-11-24T09:00:00.000000Z" } as const;
const ACK = {
  t: "ack",
  id: SEND.id,
  event_id: "3".repeat(32),
  conv: SEND.conv,
  conv_seq: 1,
  at: HEARTBEAT.at,
} as const;
const PRESENCE: wire.Ephemeral = {
  t: "ephemeral",
  items: [{ k: "presence", person: "4".repeat(32), state: "online" }],
};

function pings(rig: Rig): number {
  return rig.line.sent.filter(({ t }) => t === "ping").length;
}

describe("a command without an answer", () => {
  test("shows within 5 seconds that the network swallows everything", async () => {
    const rig = new Rig();
    await rig.live();
    rig.connection.send(SEND);
    await rig.clock.advance(3_999);
    expect(rig.connection.state).toBe("live");
    await rig.clock.advance(1);
    expect(rig.connection.state).toBe("waiting");
    expect(rig.line.closed).toBe(true);
  });

  test("is no loss while the server answers that it is there", async () => {
    const rig = new Rig();
    await rig.live();
    rig.connection.send(SEND);
    await rig.clock.advance(2_100);
    expect(pings(rig)).toBe(1);
    rig.line.say(HEARTBEAT);
    await rig.clock.advance(20_000);
    expect(rig.connection.state).toBe("live");
    expect(pings(rig)).toBe(1);
  });

  test("is asked about after 1.5 seconds only: one that is answered costs nothing", async () => {
    const rig = new Rig();
    await rig.live();
    rig.connection.send(SEND);
    await rig.clock.advance(1_400);
    rig.line.say(ACK);
    await rig.clock.advance(20_000);
    expect(pings(rig)).toBe(0);
  });

  test("shows that one direction is lost although frames still come", async () => {
    const rig = new Rig();
    await rig.live();
    rig.connection.send(SEND);
    for (let i = 0; i < 12; i += 1) {
      rig.line.say(PRESENCE);
      await rig.clock.advance(1_000);
    }
    expect(rig.connection.state).not.toBe("live");
  });

  test("does not cut a slow line on which frames come before the answer", async () => {
    const rig = new Rig();
    await rig.live();
    rig.connection.send(SEND);
    for (let i = 0; i < 8; i += 1) {
      rig.line.say(PRESENCE);
      await rig.clock.advance(1_000);
    }
    rig.line.say(HEARTBEAT);
    rig.line.say(ACK);
    await rig.clock.advance(10_000);
    expect(rig.connection.state).toBe("live");
  });
});

test("positions and typing wait for no answer", async () => {
  const rig = new Rig();
  await rig.live();
  rig.connection.send({ t: "read", conv: SEND.conv, msg_no: 1 });
  rig.connection.send({ t: "typing", conv: SEND.conv });
  await rig.clock.advance(20_000);
  expect(pings(rig)).toBe(0);
  expect(rig.connection.state).toBe("live");
});

describe("when it is in doubt", () => {
  test("a live connection that does not answer is lost within 2.5 seconds", async () => {
    const rig = new Rig();
    await rig.live();
    rig.connection.doubt();
    rig.connection.doubt();
    expect(pings(rig)).toBe(1);
    await rig.clock.advance(2_500);
    expect(rig.connection.state).toBe("waiting");
  });

  test("one that answers stays", async () => {
    const rig = new Rig();
    await rig.live();
    rig.connection.doubt();
    rig.line.say(HEARTBEAT);
    await rig.clock.advance(10_000);
    expect(rig.connection.state).toBe("live");
  });

  test("waiting ends at once", async () => {
    const rig = new Rig();
    await rig.live();
    rig.line.events.closed();
    rig.connection.doubt();
    await settle();
    rig.greet();
    expect(rig.connection.state).toBe("live");
  });

  test("the waits begin small again, for a network that is only about to come back", async () => {
    const rig = new Rig();
    await rig.live();
    for (let i = 0; i < 12; i += 1) {
      rig.line.events.closed();
      rig.connection.retryNow();
      await settle();
    }
    // Under way since a moment ago.
    rig.connection.doubt();
    rig.line.events.closed();
    const until = rig.connection.retryAt ?? 0;
    expect(until - rig.clock.now()).toBeLessThanOrEqual(1_000);
  });

  test("an attempt that hangs since before is begun anew; a fresh one goes on", async () => {
    const rig = new Rig();
    rig.connection.start();
    await settle();
    await rig.clock.advance(1_000);
    rig.connection.doubt();
    expect(rig.tickets).toBe(1);
    await rig.clock.advance(2_500);
    rig.connection.doubt();
    await settle();
    expect(rig.tickets).toBe(2);
  });
});

describe("resync_required again and again", () => {
  async function outdated(rig: Rig): Promise<void> {
    rig.line.events.opened();
    rig.line.say(WELCOME);
    rig.line.say({ t: "resync_required", code: "cursor_too_old" });
    await settle();
  }

  test("is answered at once, then with growing waits: no loop", async () => {
    const rig = new Rig();
    rig.connection.start();
    await settle();
    await outdated(rig);
    expect(rig.resyncs).toBe(1);
    const waits: number[] = [];
    for (let i = 0; i < 8; i += 1) {
      await outdated(rig);
      expect(rig.connection.state).toBe("waiting");
      const wait = (rig.connection.retryAt ?? 0) - rig.clock.now();
      waits.push(wait);
      await rig.clock.advance(wait);
      expect(rig.resyncs).toBe(i + 2);
    }
    expect(waits).toEqual([750, 1250, 2250, 4250, 8250, 15_250, 15_250, 15_250]);
  });

  test("after a while of being live it is done at once again", async () => {
    const rig = new Rig();
    rig.connection.start();
    await settle();
    await outdated(rig);
    rig.greet();
    await rig.clock.advance(10_000);
    rig.line.say({ t: "resync_required", code: "cursor_too_old" });
    await settle();
    expect(rig.resyncs).toBe(2);
    expect(rig.connection.state).not.toBe("waiting");
  });

  test("no hello goes out before the lists are fetched", async () => {
    const rig = new Rig();
    rig.cursor = "old";
    rig.connection.start();
    await settle();
    rig.resyncFailure = new Unreachable("server_error");
    await outdated(rig);
    expect(rig.connection.state).toBe("waiting");
    await rig.clock.advance(2_000);
    expect(rig.lines).toHaveLength(1);
    rig.resyncFailure = undefined;
    await rig.clock.advance(5_000);
    rig.line.events.opened();
    expect(rig.line.sent).toEqual([{ t: "hello", ticket: "ticket 2", cursor: "fresh" }]);
  });
});

describe("a socket that the server closes", () => {
  test("while live is told of, with the server's reason if it gave one", async () => {
    const rig = new Rig();
    await rig.live();
    rig.line.events.closed();
    await rig.clock.advance(1_000);
    rig.greet();
    rig.line.say({ t: "bye", code: "bad_frame", detail: "No such member.", final: true });
    expect(rig.log.filter((line) => line.startsWith("cut"))).toEqual([
      "cut undefined",
      "cut bad_frame",
    ]);
  });

  test("is not told of when it ends itself, or the network was lost", async () => {
    const rig = new Rig();
    await rig.live();
    rig.line.say({ t: "bye", code: "draining", detail: "", retry_after: 1 });
    await rig.clock.advance(2_000);
    rig.greet();
    rig.connection.doubt();
    await rig.clock.advance(2_500);
    expect(rig.log.filter((line) => line.startsWith("cut"))).toEqual([]);
  });
});
