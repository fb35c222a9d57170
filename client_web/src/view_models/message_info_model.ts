/** Asks the server who has a message, and again when somebody has read or received further. */
import { failureOf } from "../session/failures";
import type { Cancel } from "../session/ports";
import type * as wire from "../wire/types.gen";
import { type Context, troubleOf } from "./context";
import { Derived } from "./derived";
import type { MessageInfoModel, MessageInfoState, ReceiptView } from "./message_info";
import type { Trouble } from "./people";
import { byName } from "./people_book";

/** As often as positions of a conversation are recorded. */
const EVERY_MS = 1_000;

export class SessionMessageInfo implements MessageInfoModel {
  readonly eventId: string;
  readonly state: Derived<MessageInfoState>;
  private readonly context: Context;
  private readonly stop: Cancel;
  private info: wire.MessageInfo | undefined;
  private trouble: Trouble | undefined;
  private loading = false;
  /** Somebody has played it since the server was asked. */
  private played = false;
  private due: Cancel | undefined;

  constructor(context: Context, eventId: string) {
    this.context = context;
    this.eventId = eventId;
    this.state = new Derived(() => this.compute(), context.soon);
    const { roster, positions } = context.session;
    const stops = [
      roster.changed.subscribe((conv) => {
        this.state.touch();
        if (conv === undefined || conv === this.info?.conv) this.plan();
      }),
      positions.heard.subscribe(({ conv, numbers }) => {
        const { info } = this;
        if (conv !== info?.conv || !numbers.includes(info.msg_no)) return;
        this.played = true;
        this.plan();
      }),
    ];
    this.stop = () => {
      for (const stop of stops) stop();
    };
    this.refresh();
  }

  refresh(): void {
    if (!this.loading) void this.load();
  }

  close(): void {
    this.stop();
    this.due?.();
  }

  private plan(): void {
    this.due ??= this.context.session.clock.after(EVERY_MS, () => {
      this.due = undefined;
      if (this.loading) this.plan();
      else if (this.lags()) this.refresh();
    });
  }

  /** Whether somebody has reached the message since the server was asked. */
  private lags(): boolean {
    const { info } = this;
    if (info === undefined || this.played) return true;
    const members = this.context.session.roster.conversations.get(info.conv)?.members ?? [];
    const now = new Map(members.map((member) => [member.person, member]));
    return info.receipts.some(({ person, delivered_at, read_at }) => {
      const { read = 0, delivered = 0 } = now.get(person) ?? {};
      const late = (at: string | undefined, to: number) => at === undefined && to >= info.msg_no;
      return late(read_at, read) || late(delivered_at, delivered);
    });
  }

  private async load(): Promise<void> {
    this.loading = true;
    this.played = false;
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
    const receipts: readonly ReceiptView[] = (this.info?.receipts ?? []).map((receipt) => ({
      person: book.view(receipt.person),
      deliveredAt: receipt.delivered_at,
      readAt: receipt.read_at,
      playedAt: receipt.played_at,
    }));
    const unplayed = receipts.filter(({ playedAt }) => playedAt === undefined);
    const unread = unplayed.filter(({ readAt }) => readAt === undefined);
    return {
      loading: this.loading && this.info === undefined,
      trouble: this.trouble,
      at: this.info?.at,
      number: this.info?.conv_seq,
      edits: this.info?.edits ?? 0,
      played: receipts
        .filter(({ playedAt }) => playedAt !== undefined)
        .sort((a, b) => latest(a.playedAt, b.playedAt) || byName(a.person, b.person)),
      read: unplayed
        .filter(({ readAt }) => readAt !== undefined)
        .sort((a, b) => latest(a.readAt, b.readAt) || byName(a.person, b.person)),
      delivered: unread
        .filter(({ deliveredAt }) => deliveredAt !== undefined)
        .sort((a, b) => latest(a.deliveredAt, b.deliveredAt) || byName(a.person, b.person)),
      waiting: unread
        .filter(({ deliveredAt }) => deliveredAt === undefined)
        .sort((a, b) => byName(a.person, b.person)),
    };
  }
}

function latest(a = "", b = ""): number {
  if (a === b) return 0;
  return a < b ? 1 : -1;
}
