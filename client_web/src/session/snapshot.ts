/** What is kept on the device to show at once when the page is opened again. */
import type * as wire from "../wire/types.gen";
import type { Row } from "./rows";

/** The newest rows of one conversation. */
export interface KeptTimeline {
  readonly conv: string;
  readonly rows: readonly Row[];
  readonly moreBefore: boolean;
}

/** Consistent: the cursor is at or before everything else in it, so a replay from it completes it. */
export interface Snapshot {
  /** Of this form; another form is not read. */
  readonly version: 1;
  readonly cursor: string;
  readonly me: wire.Me;
  readonly people: readonly wire.Person[];
  readonly conversations: readonly wire.Conversation[];
  readonly timelines: readonly KeptTimeline[];
  readonly quiet?: wire.QuietHours | undefined;
  /** Of how many days it may say something; 0: only where something waits to be sent. */
  readonly days?: number;
}

export const KEPT_DAYS = 7;
const DAY_MS = 86_400_000;

/**
 * What of it may lie on the device: what happened in its last `days`.
 *
 * `unsent`: whether something in a conversation waits to be sent; that stays, without its past.
 */
export function recent(whole: Snapshot, now: number, unsent: (conv: string) => boolean): Snapshot {
  const { days = KEPT_DAYS } = whole;
  if (days === 0) return unsentAlone(whole, unsent);
  const isRecent = ({ at }: { readonly at: string }) => Date.parse(at) >= now - days * DAY_MS;
  const conversations = whole.conversations.flatMap(({ preview, ...rest }) => {
    if (preview !== undefined && isRecent(preview)) return [{ ...rest, preview }];
    return unsent(rest.id) ? [rest] : [];
  });
  const timelines = whole.timelines.flatMap(({ conv, rows: all, moreBefore }) => {
    const rows = all.filter(isRecent);
    if (rows.length === 0) return [];
    return [{ conv, rows, moreBefore: moreBefore || rows.length < all.length }];
  });
  return { ...whole, conversations, timelines };
}

/** Where something waits to be sent, and the people there, by name. */
function unsentAlone(whole: Snapshot, unsent: (conv: string) => boolean): Snapshot {
  const conversations = whole.conversations
    .filter(({ id }) => unsent(id))
    .map(({ preview, ...rest }) => rest);
  const there = new Set(
    conversations.flatMap(({ members }) => members.map(({ person }) => person)),
  );
  const people = whole.people.filter(({ id }) => there.has(id));
  return { ...whole, people, conversations, timelines: [] };
}

/** Whether the page can open with it before the server has answered. */
export function opens({ days = KEPT_DAYS, conversations }: Snapshot): boolean {
  return days !== 0 || conversations.length > 0;
}
