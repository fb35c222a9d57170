/** Who has a message, since when, and that it is on the record. */
import type { Observable } from "./observable";
import type { PersonView, Trouble } from "./people";

export interface ReceiptView {
  readonly person: PersonView;
  readonly deliveredAt?: string | undefined;
  readonly readAt?: string | undefined;
  readonly playedAt?: string | undefined;
}

export interface MessageInfoState {
  readonly loading: boolean;
  readonly trouble?: Trouble | undefined;
  readonly at?: string | undefined;
  readonly number?: number | undefined;
  readonly edits: number;
  /** Who has played its voice note, the latest first. */
  readonly played: readonly ReceiptView[];
  /** Who has read it and not played it, the latest first. */
  readonly read: readonly ReceiptView[];
  /** Who has it and has not read it, the latest first. */
  readonly delivered: readonly ReceiptView[];
  /** Whom it has not reached, by name. */
  readonly waiting: readonly ReceiptView[];
}

export interface MessageInfoModel {
  readonly eventId: string;
  readonly state: Observable<MessageInfoState>;
  refresh(): void;
  close(): void;
}
