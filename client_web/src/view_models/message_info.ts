/** Who has a message, since when, and that it is on the record. */
import type { Observable } from "./observable";
import type { PersonView, Trouble } from "./people";

export interface ReceiptView {
  readonly person: PersonView;
  readonly deliveredAt?: string | undefined;
  readonly readAt?: string | undefined;
}

export interface MessageInfoState {
  readonly loading: boolean;
  readonly trouble?: Trouble | undefined;
  readonly at?: string | undefined;
  readonly number?: number | undefined;
  readonly edits: number;
  readonly receipts: readonly ReceiptView[];
}

export interface MessageInfoModel {
  readonly eventId: string;
  readonly state: Observable<MessageInfoState>;
  refresh(): void;
}
