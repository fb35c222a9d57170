/** What of conversations that nobody looks at stays in memory. */
import { expect, test } from "vitest";
import type * as wire from "../wire/types.gen";
import { Timelines } from "./timelines";

const sent = (conv: string, seq: number): wire.MessageSent => ({
  type: "message.sent",
  event_id: `${conv} ${seq}`,
  conv_seq: seq,
  msg_no: seq,
  conv,
  actor: "anna",
  at: "2026-11-27T10:00:00.000000Z",
  text: "Yes.",
});

const empty: wire.Timeline = { events: [], more_before: false, more_after: false };

test("much that comes stays where somebody looks, and a little of it elsewhere", async () => {
  const timelines = new Timelines({ timeline: async () => empty }, "ben");
  const left = timelines.use("left");
  await left.newest();
  const open = timelines.use("open");
  await open.newest();
  for (let seq = 1; seq <= 1000; seq += 1) {
    timelines.apply(sent("left", seq));
    timelines.apply(sent("open", seq));
  }
  expect(open.timeline.rows).toHaveLength(1000);
  expect(left.timeline.rows.length).toBeLessThanOrEqual(150);
  expect(left.timeline.rows.length).toBeGreaterThanOrEqual(100);
  expect(left.timeline.rows.at(-1)?.conv_seq).toBe(1000);
  expect(left.timeline.moreBefore).toBe(true);
});
