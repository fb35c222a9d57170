/** Where a message was sent on from: only where its record says so in full. */
import { expect, test } from "vitest";
import type * as wire from "../../wire/types.gen";
import { cameFrom } from "./came_from";

const AT = "2026-11-24T10:00:00.000000Z";
const row = (more: Partial<wire.TranscriptRow>) =>
  ({ type: "message.sent", text: "Sent on", ...more }) as wire.TranscriptRow;
const kept = (stream: object, actor: object) =>
  JSON.stringify({ auth: "password", forwarded: { stream, conv_seq: 7, actor, at: AT } });

test("the conversation and the author are called as they were then", () => {
  const said = kept({ id: "c1", kind: "group", title: "Credit" }, { id: "p1", name: "Ben" });
  const found = cameFrom(row({ forward: { at: AT }, kept: said }));
  expect(found).toEqual({ place: "Credit", number: 7, who: "Ben", at: AT });
});

test("what has no name stands under its id, and what was not sent on came from nowhere", () => {
  const said = kept({ id: "c1", kind: "direct" }, { id: "p1" });
  expect(cameFrom(row({ forward: { at: AT }, kept: said }))).toMatchObject({
    place: "c1",
    who: "p1",
  });
  expect(cameFrom(row({ kept: said }))).toBeUndefined();
  expect(cameFrom(row({ forward: { at: AT } }))).toBeUndefined();
  expect(cameFrom(row({ forward: { at: AT }, kept: "{}" }))).toBeUndefined();
});
