/** Timelines of the gallery. */
import type { ConversationItem } from "../../view_models/conversation_list";
import type { PersonView } from "../../view_models/people";
import type { MessageRow, TimelineRow } from "../../view_models/timeline";
import { client, crowd, me, piotr } from "./people";

/** The gallery's now: a fixed day, so that pictures can be compared. */
export const NOW = Date.parse("2026-11-24T14:32:10Z");

export function at(minutesAgo: number): string {
  return new Date(NOW - minutesAgo * 60_000).toISOString().replace("Z", "000Z");
}

let serial = 0;

export function message(
  author: PersonView,
  text: string,
  minutesAgo: number,
  more: Partial<MessageRow> = {},
): MessageRow {
  serial += 1;
  const key = `e-${serial}`;
  return {
    kind: "message",
    key,
    eventId: key,
    author,
    mine: author.me,
    at: at(minutesAgo),
    text,
    removed: false,
    files: [],
    uploading: false,
    reactions: [],
    tick: "read",
    runStart: true,
    runEnd: true,
    can: {
      reply: true,
      react: true,
      edit: author.me,
      remove: author.me,
      info: true,
      complain: !author.me,
      forward: true,
      report: !author.me,
      star: true,
    },
    ...more,
  };
}

/** Runs and days set as the timeline's own model does. */
export function arranged(messages: readonly TimelineRow[]): TimelineRow[] {
  const rows: TimelineRow[] = [];
  let day = "";
  let last: MessageRow | undefined;
  for (const row of messages) {
    if (row.kind === "unread") {
      last = undefined;
      rows.push(row);
      continue;
    }
    const rowDay = new Date(row.at).toDateString();
    if (rowDay !== day) {
      rows.push({ kind: "day", key: `day-${row.key}`, at: row.at });
      day = rowDay;
      last = undefined;
    }
    if (row.kind !== "message") {
      last = undefined;
      rows.push(row);
      continue;
    }
    const near = last !== undefined && Date.parse(row.at) - Date.parse(last.at) < 300_000;
    const follows = near && last?.author.id === row.author.id;
    if (follows && last !== undefined) rows[rows.length - 1] = { ...last, runEnd: false };
    last = { ...row, runStart: !follows, runEnd: true };
    rows.push(last);
  }
  return rows;
}

const TALK = [
  "Morning! Did the transfer for Brzeska Logistics clear?",
  "Yes, value date today. I have the confirmation here.",
  "Perfect. I will tell her.",
  "One more thing: the covenant report is due on Friday, and the Q3 figures still differ from what they filed. Could you look at page 4 before we send the reminder?",
  "Will do.",
  "https://intranet.harbour.example/reports/2026/q3/covenants?view=table#page-4, the table on the right.",
  "Thanks 🙏",
];

/** `count` messages between two people, a few minutes apart. */
export function talk(count: number, other: PersonView): TimelineRow[] {
  return arranged(
    Array.from({ length: count }, (_, i) => {
      const author = i % 5 < 2 ? other : me;
      return message(author, TALK[i % TALK.length] ?? "", (count - i) * 4 + (i % 3));
    }),
  );
}

export const LONG_TEXT = Array.from(
  { length: 140 },
  (_, i) =>
    `${i + 1}. Clause on early repayment: the borrower may prepay in whole or in part, at par, on any interest date.`,
)
  .join("\n")
  .slice(0, 16_000);

/** One of everything that a timeline can hold. */
export function everything(): TimelineRow[] {
  const first = message(piotr, "Good morning. The committee meets at ten, room 4.", 60 * 26);
  const removed = message(me, "", 60 * 25, { text: undefined, removed: true });
  const asked = message(client, "Can we still move the second tranche to January?", 130);
  return arranged([
    { kind: "notice", key: "n1", type: "conversation.created", actor: me, at: at(60 * 27) },
    {
      kind: "notice",
      key: "n2",
      type: "member.added",
      actor: me,
      person: piotr,
      at: at(60 * 27),
      since: at(60 * 24 * 30),
    },
    first,
    message(piotr, "Bring the term sheet, please.", 60 * 26 - 1),
    removed,
    message(me, "I will be there five minutes earlier.", 60 * 25, {
      editedAt: at(60 * 24),
      quote: { eventId: first.eventId, author: piotr, text: first.text },
    }),
    {
      kind: "notice",
      key: "n3",
      type: "title.changed",
      actor: piotr,
      title: "Brzeska refinancing",
      at: at(140),
    },
    asked,
    message(me, "Yes.", 128, { tick: "delivered" }),
    message(me, "I send you the amended schedule this afternoon.", 127, {
      tick: "recorded",
      quote: { eventId: asked.eventId, author: client, text: asked.text },
    }),
    message(client, "شكرا جزيلا، سأراجع الجدول وأعود إليكم قبل نهاية اليوم.", 120),
    message(piotr, "Schedule v2 is on the share: https://files.harbour.example/d/8c2f", 60),
    { kind: "unread", key: "unread", count: 2 },
    message(piotr, "She may want the fee waived, too.", 22, {
      quote: { eventId: removed.eventId, author: me },
    }),
    message(client, "Received, thank you! 👍", 9, { quote: { eventId: "of before" } }),
    message(me, "You are welcome.", 1, { tick: "clock" }),
    message(me, "The bank pays the courier.", 0, {
      tick: "failed",
      trouble: { code: "archive_unavailable" },
    }),
  ]);
}

/** A client's conversation that came from a colleague, and in which another one stands in. */
export function servedTalk(): readonly TimelineRow[] {
  const [, colleague] = crowd(2);
  return arranged([
    message(client, "Is the schedule ready?", 200),
    {
      kind: "notice",
      key: "r1",
      type: "conversation.handed_over",
      actor: colleague ?? piotr,
      former: colleague ?? piotr,
      person: me,
      history: "all",
      at: at(190),
    },
    message(me, "Here it is.", 180),
    {
      kind: "notice",
      key: "r2",
      type: "delegate.added",
      actor: me,
      person: piotr,
      history: "new",
      ends: at(-60 * 24 * 9),
      at: at(90),
    },
    message(client, "Thank you both!", 20),
    { kind: "notice", key: "r3", type: "delegate.ended", actor: me, person: piotr, at: at(5) },
  ]);
}

/** Days are put between the others anew. */
export function isKept(row: TimelineRow): boolean {
  return row.kind !== "day";
}

/** A message of somebody else each second. */
export function startTalking(append: (row: TimelineRow) => void, item: ConversationItem) {
  let count = 0;
  const other = item.others[0] ?? piotr;
  setInterval(() => {
    count += 1;
    append(message(other, `Live message ${count}`, -count / 60));
  }, 1000);
}
