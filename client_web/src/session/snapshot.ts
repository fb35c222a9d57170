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
}
