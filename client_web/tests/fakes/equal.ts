/** Whether a client shows what a fresh one would (invariant: resume is complete). */
import type { Row } from "../../src/session/rows";
import { settled } from "../../src/session/rows";
import type { Session } from "../../src/session/session";
import type { Timeline } from "../../src/session/timeline";
import type * as wire from "../../src/wire/types.gen";
import type { FakeServer } from "./server";

/** A conversation in a form in which equal states are equal objects. */
export function comparable(conversation: wire.Conversation): unknown {
  const { id, left, last_seq, preview, unread } = conversation;
  if (left) return { id, left, last_seq, preview, unread };
  const { kind, outside, last_msg_no, read, title } = conversation;
  const members = [...conversation.members].sort((a, b) => (a.person < b.person ? -1 : 1));
  return { id, left, last_seq, preview, unread, kind, outside, last_msg_no, read, title, members };
}

export function comparableRow(row: Row): unknown {
  const one = settled(row);
  if (one.type !== "message.sent" || one.reactions === undefined) return one;
  const reactions = one.reactions.map(({ emoji, people }) => `${emoji} ${[...people].sort()}`);
  return { ...one, reactions: reactions.sort() };
}

/** What the list shows here, and what it would show in a fresh client. */
export function lists(session: Session, server: FakeServer): { here: unknown[]; fresh: unknown[] } {
  const byId = (a: wire.Conversation, b: wire.Conversation) => (a.id < b.id ? -1 : 1);
  const { conversations } = server.bootstrap(session.me.person.id);
  return {
    here: [...session.roster.summaries()].sort(byId).map(comparable),
    fresh: conversations.sort(byId).map(comparable),
  };
}

/** The window's rows here, and what a fresh client would load for the same window. */
export function windows(
  timeline: Timeline,
  server: FakeServer,
  person: string,
): { here: unknown[]; fresh: unknown[] } {
  const all = server.journal.timeline(timeline.conv, person, { limit: 1_000_000 }).events as Row[];
  const first = timeline.moreBefore ? (timeline.rows[0]?.conv_seq ?? 0) : 0;
  const last = timeline.moreAfter ? (timeline.rows.at(-1)?.conv_seq ?? 0) : Number.MAX_SAFE_INTEGER;
  const within = all.filter(({ conv_seq }) => first <= conv_seq && conv_seq <= last);
  return { here: timeline.rows.map(comparableRow), fresh: within.map(comparableRow) };
}
