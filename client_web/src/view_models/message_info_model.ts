/** Asks the server who has a message, and again when positions change. */
import { failureOf } from "../session/failures";
import type * as wire from "../wire/types.gen";
import { type Context, troubleOf } from "./context";
import { Derived } from "./derived";
import type { MessageInfoModel, MessageInfoState } from "./message_info";
import type { Trouble } from "./people";

export class SessionMessageInfo implements MessageInfoModel {
  readonly eventId: string;
  readonly state: Derived<MessageInfoState>;
  private readonly context: Context;
  private info: wire.MessageInfo | undefined;
  private trouble: Trouble | undefined;
  private loading = false;

  constructor(context: Context, eventId: string) {
    this.context = context;
    this.eventId = eventId;
    this.state = new Derived(() => this.compute(), context.soon);
    this.refresh();
  }

  refresh(): void {
    if (!this.loading) void this.load();
  }

  private async load(): Promise<void> {
    this.loading = true;
    this.state.update();
    try {
      this.info = await this.context.session.api.info(this.eventId);
      this.trouble = undefined;
    } catch (error) {
      this.trouble = troubleOf(failureOf(error));
    }
    this.loading = false;
    this.state.update();
  }

  private compute(): MessageInfoState {
    const { book } = this.context;
    return {
      loading: this.loading && this.info === undefined,
      trouble: this.trouble,
      at: this.info?.at,
      number: this.info?.conv_seq,
      edits: this.info?.edits ?? 0,
      receipts: (this.info?.receipts ?? []).map((receipt) => ({
        person: book.view(receipt.person),
        deliveredAt: receipt.delivered_at,
        readAt: receipt.read_at,
      })),
    };
  }
}
