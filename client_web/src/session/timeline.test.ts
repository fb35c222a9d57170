/** What a conversation shows of changes to messages that one does not see: nothing. */
import { expect, test } from "vitest";
import type * as wire from "../wire/types.gen";
import { Timeline } from "./timeline";

const at = "2026-11-24T10:00:00.000000Z";
const head = { conv: "c", actor: "anna", at };

function sent(seq: number, more: Partial<wire.MessageSent> = {}): wire.MessageSent {
  return {
    type: "message.sent",
    event_id: `e${seq}`,
    conv_seq: seq,
    msg_no: seq,
    text: "Yes.",
    ...head,
    ...more,
  };
}

test("what one does not see is changed without a word, and quotes stay", () => {
  const timeline = new Timeline("c", "ben");
  const quoting = sent(2, {
    reply_to: { event_id: "e1", conv_seq: 1, actor: "anna", text: "Yes?" },
  });
  for (const event of [sent(1), quoting, sent(3)]) timeline.apply(event);
  const before = timeline.rows;
  for (const type of ["message.edited", "message.removed", "reaction.changed"] as const) {
    timeline.apply({ type, event_id: `of ${type}`, conv_seq: 4, ...head });
  }
  expect(timeline.rows).toEqual(before);
});
