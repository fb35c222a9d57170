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
  /** Of how many days it may say something; 0: of none. */
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
  if (days === 0) return { ...whole, people: [], conversations: [], timelines: [] };
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
