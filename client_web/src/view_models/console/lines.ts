/** A transcript's records as lines: messages with what became of them, and notes of what happened. */
import type * as wire from "../../wire/types.gen";
import { listed } from "../bidi";

export interface Line {
  readonly row: wire.TranscriptRow;
  /** Set on the first record of a UTC day. */
  readonly day?: string | undefined;
  readonly message: boolean;
  readonly who: string;
  /** What the sentence of a note takes. */
  readonly values: Readonly<Record<string, string | number>>;
  readonly said?: string | undefined;
  /** Whom a broadcast went to, in the order of its record. */
  readonly recipients: readonly Recipient[];
}

export interface Recipient {
  readonly id: string;
  readonly name: string;
  readonly outside: boolean;
  /** Where the message lies that they got; without: there is none. */
  readonly conversation?: string | undefined;
  readonly number?: number | undefined;
}

/** They say something of their own: the others are notes of what happened. */
const SPOKEN = new Set(["message.sent", "broadcast.sent"]);

/** What people wrote or read under a note's sentence, by type. */
const SAID: Readonly<Record<string, "text" | "reason" | "note">> = {
  "message.edited": "text",
  "group.described": "text",
  "notice.accepted": "text",
  "complaint.filed": "reason",
  "complaint.closed": "note",
  "out_of_office.replied": "text",
};

/**
 * Names as the records have them: of the day of each record, not of today. `language`: the reader's.
 * `known`: what people are called whom no record names.
 */
export function linesOf(
  range: wire.OpenedRange,
  rows: readonly wire.TranscriptRow[],
  language = "en",
  known = (id: string) => id.slice(0, 8),
): Line[] {
  const names = new Map(range.members.map((one) => [one.id, calledThen(one)]));
  const outside = new Set<string>();
  for (const { person } of range.people) {
    names.set(person.id, calledThen(person));
    if (wasOutside(person)) outside.add(person.id);
  }
  const nameOf = (id: string) => names.get(id) ?? known(id);
  return rows.map((row, index) => {
    const day = row.at.slice(0, 10);
    return {
      row,
      day: day === rows[index - 1]?.at.slice(0, 10) ? undefined : day,
      message: SPOKEN.has(row.type),
      who: calledThen(row.actor),
      values: { ...valuesOf(row, nameOf), about: row.words?.[language] ?? row.about ?? "" },
      said: saidIn(row),
      recipients: (row.recipients ?? []).map(({ person, conversation, conv_seq }) => ({
        id: person,
        name: nameOf(person),
        outside: outside.has(person),
        conversation,
        number: conv_seq,
      })),
    };
  });
}

export function calledThen({ id, name }: wire.PersonThen): string {
  return name ? name : id.slice(0, 8);
}

/** Of the firm or not, as the record of that day has it. */
export function wasOutside({ kind }: wire.PersonThen): boolean {
  return kind === "client";
}

function saidIn(row: wire.TranscriptRow): string | undefined {
  const member = SAID[row.type];
  return member === undefined ? undefined : row[member];
}

/** How far somebody came, and which voice notes they played. */
function reached({ read, delivered, played }: Omit<wire.Mark, "person">): string {
  const parts = [
    delivered && `✓✓ ${delivered}`,
    read && `● ${read}`,
    played && `▶ ${played.join(", ")}`,
  ];
  return parts.filter(Boolean).join(" ");
}

function valuesOf(row: wire.TranscriptRow, nameOf: (id: string) => string) {
  const marks = (row.marks ?? []).map(
    ({ person, ...mark }) => `${nameOf(person)} ${reached(mark)}`,
  );
  return {
    type: row.type,
    person: row.person === undefined ? "" : (row.name ?? nameOf(row.person)),
    former: row.former === undefined ? "" : nameOf(row.former),
    nobody: row.former === "" ? "yes" : "no",
    starts: row.starts?.slice(0, 16).replace("T", " ") ?? "",
    ends: row.ends?.slice(0, 16).replace("T", " ") ?? "",
    history: row.history ?? "",
    since: row.since?.slice(0, 10) ?? "",
    people: listed((row.members ?? []).map(nameOf)),
    title: row.title ?? "",
    emoji: row.emoji ?? "",
    target: row.target_seq ?? "?",
    from: row.from_seq ?? "",
    on: isOn(row) ? "yes" : "no",
    mark: row.mark ?? "",
    level: row.level ?? "",
    zone: row.zone ?? "none",
    weekends: row.weekends ? "yes" : "no",
    conversation: row.conversation?.slice(0, 8) ?? "",
    message: row.type === "message.starred" ? (row.target?.slice(0, 8) ?? "") : "",

    marks: marks.join(" · "),
    device: row.name ?? "",
    how: row.how ?? "",
    proof: row.proof ?? "",
    accepted: row.accepted_at?.slice(0, 16).replace("T", " ") ?? "",
    earlier: row.accepted_at === undefined ? "no" : "yes",
    until: row.until?.slice(0, 16).replace("T", " ") ?? "",
    known: row.until === undefined ? "no" : "yes",
    reference: row.reference ?? "",
    due: row.due === undefined ? "" : `${row.due.slice(0, 16).replace("T", " ")} UTC`,
    outcome: row.outcome ?? "",
    what: row.target === undefined ? "conversation" : "message",
    why: row.reason ?? "",
    ended: row.ended ? "yes" : "no",
    waits: row.waiting === undefined ? "no" : "yes",
    waiting: row.waiting ?? "",
  };
}

function isOn({ type, on, admins_only, sha256, text }: wire.TranscriptRow): boolean {
  if (type === "group.described") return text !== "";
  if (type === "posting.changed") return admins_only === true;
  return type === "group.pictured" ? sha256 !== undefined : on !== false;
}
