/** Telling compliance of a message. */
import type { Observable } from "./observable";
import type { PersonView, Trouble } from "./people";

export const REASONS = ["conduct", "rules", "fraud", "data", "other"] as const;
export type ReportReason = (typeof REASONS)[number];

export const MOST_REPORT_WORDS = 2_000;

export interface ReportState {
  readonly author?: PersonView | undefined;
  /** What the message says, if anything is seen of it. */
  readonly quote?: string | undefined;
  readonly reason?: ReportReason | undefined;
  readonly text: string;
  readonly busy: boolean;
  readonly canSend: boolean;
  readonly trouble?: Trouble | undefined;
  /** It is on the record: what it is called, and since when. */
  readonly done?: { readonly reference: string; readonly at: string } | undefined;
}

export interface ReportModel {
  readonly state: Observable<ReportState>;
  choose(reason: ReportReason): void;
  write(text: string): void;
  send(): Promise<void>;
}
