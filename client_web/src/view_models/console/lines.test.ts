import { expect, test } from "vitest";
import type * as wire from "../../wire/types.gen";
import { linesOf } from "./lines";

const eva: wire.PersonThen = { id: "e".repeat(64), name: "Eva Then" };
const range: wire.OpenedRange = {
  number: 2,
  recorded_at: "2026-11-24T09:00:00Z",
  conversation: "c".repeat(64),
  kind: "direct",
  first: 1,
  last: 3,
  count: 3,
  members: [],
  people: [{ person: eva, first: 1, last: 3 }],
  read_marks: [],
};

function row(conv_seq: number, type: string, at: string, more: Partial<wire.TranscriptRow> = {}) {
  return {
    archive_index: conv_seq,
    conv_seq,
    event_id: `${conv_seq}`,
    type,
    at,
    actor: eva,
    ...more,
  };
}

test("each UTC day begins once, and people are called as they were then", () => {
  const lines = linesOf(range, [
    row(1, "message.sent", "2026-11-23T23:59:59.999Z", { text: "a" }),
    row(2, "member.removed", "2026-11-24T00:00:00.000Z", { person: eva.id }),
    row(3, "of.tomorrow", "2026-11-24T00:00:01.000Z", { other: "{}" }),
  ]);
  expect(lines.map(({ day }) => day)).toEqual(["2026-11-23", "2026-11-24", undefined]);
  expect(lines.map(({ message }) => message)).toEqual([true, false, false]);
  expect(lines[1]?.values.person).toBe("Eva Then");
});

test("a broadcast says its text, whom it was for and what each got", () => {
  const tom: wire.PersonThen = { id: "t".repeat(32), name: "Tom Then", kind: "client" };
  const gone = "a".repeat(32);
  const recipients = [
    { person: tom.id, event_id: "1", conversation: "c".repeat(32), conv_seq: 7 },
    { person: gone, event_id: "2" },
  ];
  const sent = row(1, "broadcast.sent", "2026-11-23T09:00:00Z", { text: "At noon.", recipients });
  const people = [...range.people, { person: tom, first: 1, last: 1 }];
  const [line] = linesOf({ ...range, people }, [sent], "en", () => "Gone Now");
  expect(line?.message).toBe(true);
  expect(line?.recipients).toEqual([
    { id: tom.id, name: "Tom Then", outside: true, conversation: "c".repeat(32), number: 7 },
    { id: gone, name: "Gone Now", outside: false, conversation: undefined, number: undefined },
  ]);
});

test("what a complaint is about is in the reader's language, else as it was chosen", () => {
  const words = { en: "Something else", pl: "Inna sprawa" };
  const filed = { about: "Inna sprawa", words };
  const rows = [row(1, "complaint.filed", "2026-11-24T09:00:00.000Z", filed)];
  const about = (language?: string) => linesOf(range, rows, language)[0]?.values.about;
  expect([about("en"), about("pl"), about("de")]).toEqual([
    "Something else",
    "Inna sprawa",
    "Inna sprawa",
  ]);
});

test.each([
  ["message.edited", { text: "Said anew" }, "Said anew"],
  ["complaint.filed", { reason: "Not agreed" }, "Not agreed"],
  ["complaint.closed", { note: "Settled" }, "Settled"],
  ["out_of_office.replied", { text: "Nobody is here", reason: "closed" }, "Nobody is here"],
  ["member.left", { ended: true }, undefined],
])("what %s says stands under its sentence", (type, more, said) => {
  const [line] = linesOf(range, [row(1, type, "2026-11-24T09:00:00.000Z", more)]);
  expect(line?.said).toBe(said);
});
