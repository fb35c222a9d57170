import { expect, test } from "vitest";
import { broadcastAddress, broadcastIn, spanOf } from "./broadcasts";

const event = "ab".repeat(16);
const range = {
  number: 2,
  recorded_at: "2026-11-24T09:00:00Z",
  conversation: "c".repeat(32),
  kind: "direct",
  first: 3,
  last: 5,
  count: 3,
  members: [],
  people: [],
  read_marks: [],
};

test("a broadcast stands where a conversation does, and says which it is", () => {
  expect(broadcastIn(broadcastAddress(event))).toBe(event);
  for (const other of [event, `personal:${event}`]) expect(broadcastIn(other)).toBeUndefined();
});

test("a conversation is exported by its numbers, a broadcast whole", () => {
  const { conversation } = range;
  expect(spanOf(range)).toEqual({ conversation, first: 3, last: 5 });
  const many = { ...range, conversation: broadcastAddress(event), kind: "broadcast" };
  expect(spanOf(many)).toEqual({ conversation: broadcastAddress(event) });
});
