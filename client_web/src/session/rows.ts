/** The rows of a timeline as the record has them, and how an event changes one. */
import type * as wire from "../wire/types.gen";

/** Events that change rows, or nothing of a timeline, and are none themselves. */
const CHANGES = [
  "message.edited",
  "message.removed",
  "reaction.changed",
  "file.stored",
  "positions",
  "assurance.changed",
  "conversation.marked",
  "message.starred",
  "quiet_hours.set",
] as const satisfies readonly wire.AnyEvent["type"][];
const CHANGING: ReadonlySet<string> = new Set(CHANGES);

/** A row is the wire's own event, for a message as history would show it now. */
export type Row = Exclude<wire.AnyEvent, { type: (typeof CHANGES)[number] }>;
export type NoticeEvent = Exclude<Row, wire.MessageSent>;

/** Whether an event is a row; the others change rows. */
export function isRow(event: wire.AnyEvent): event is Row {
  return !CHANGING.has(event.type);
}

/** One spelling of each state: what was removed has neither text nor files nor edits nor reactions. */
export function settled(row: Row): Row {
  if (row.type !== "message.sent" || row.removed_at === undefined) return row;
  const { text: _text, files: _files, edited_at: _edited, reactions: _reactions, ...rest } = row;
  const { mentions: _mentions, played: _played, ...left } = rest;
  return left;
}

/**
 * A message after a replayed copy of itself came: the copy may lack a text that was edited since.
 *
 * What is known already is at least as new, except that nothing was known of the text.
 */
export function filled(known: wire.MessageSent, copy: wire.MessageSent): wire.MessageSent {
  if (known.removed_at !== undefined || known.text !== undefined) return known;
  return copy.text === undefined ? known : { ...known, ...saidBy(copy) };
}

/**
 * A message after an edit. An older edit than the one it shows, or one after removal, is void.
 *
 * An edit without its text was replaced by a later one, perhaps by one out of this person's sight:
 * what the message said before is not shown any more.
 */
export function edited(row: wire.MessageSent, event: wire.MessageEdited): wire.MessageSent {
  if (row.removed_at !== undefined) return row;
  if (row.edited_at !== undefined && event.at < row.edited_at) return row;
  const { text: _text, mentions: _mentions, ...rest } = row;
  if (event.text !== undefined) return { ...rest, ...saidBy(event), edited_at: event.at };
  if (row.edited_at === event.at) return row;
  return { ...rest, edited_at: event.at };
}

/** A text, and whom it calls: one never stands without the other. */
function saidBy({ text, mentions }: Pick<wire.MessageSent, "text" | "mentions">) {
  return { ...(text !== undefined && { text }), ...(mentions !== undefined && { mentions }) };
}

/** A message after its removal. */
export function removed(row: wire.MessageSent, event: wire.MessageRemoved): Row {
  return row.removed_at === undefined ? settled({ ...row, removed_at: event.at }) : row;
}

/** A reply after the message it quotes was removed. */
export function withoutQuotedText(row: wire.MessageSent): wire.MessageSent {
  if (row.reply_to?.text === undefined) return row;
  const { text: _text, ...quote } = row.reply_to;
  return { ...row, reply_to: quote };
}

/** A message after somebody put an emoji on it or took it back. */
export function reacted(row: wire.MessageSent, change: Change): wire.MessageSent {
  if (row.removed_at !== undefined) return row;
  const reactions = withReaction(row.reactions ?? [], change);
  if (reactions === row.reactions) return row;
  const { reactions: _before, ...rest } = row;
  return reactions.length === 0 ? rest : { ...rest, reactions };
}

/** A message after this person starred it, or took the star away. */
export function starred(row: wire.MessageSent, { on }: wire.MessageStarred): wire.MessageSent {
  if ((row.starred ?? false) === on) return row;
  const { starred: _, ...rest } = row;
  return on ? { ...rest, starred: true } : rest;
}

/** A message after this person played the voice notes with these numbers. */
export function played(row: wire.MessageSent, numbers: readonly number[]): wire.MessageSent {
  const is = row.files !== undefined && numbers.includes(row.msg_no);
  return is && row.played !== true ? { ...row, played: true } : row;
}

export interface Change {
  readonly actor: string;
  readonly emoji: string;
  readonly on: boolean;
}

/** Reactions after one change; the same array if it changes nothing. */
export function withReaction(
  reactions: wire.WireReaction[],
  { actor, emoji, on }: Change,
): wire.WireReaction[] {
  const known = reactions.find((each) => each.emoji === emoji);
  if ((known?.people.includes(actor) ?? false) === on) return reactions;
  if (known === undefined) return [...reactions, { emoji, people: [actor] }];
  const people = on ? [...known.people, actor] : known.people.filter((person) => person !== actor);
  return reactions
    .map((each) => (each === known ? { emoji, people } : each))
    .filter((each) => each.people.length > 0);
}
