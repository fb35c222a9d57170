/** Reports a message; a retry of the same report keeps its id. */
import { failureOf } from "../session/failures";
import { newClientId } from "../session/ids";
import { sayable } from "../wire/blank";
import { type Context, troubleOf } from "./context";
import { Derived } from "./derived";
import type { Trouble } from "./people";
import { MOST_REPORT_WORDS, type ReportModel, type ReportReason, type ReportState } from "./report";

export class SessionReport implements ReportModel {
  readonly state: Derived<ReportState>;
  private readonly context: Context;
  private readonly conv: string;
  private readonly eventId: string;
  private reason: ReportReason | undefined;
  private text = "";
  private busy = false;
  private trouble: Trouble | undefined;
  private done: ReportState["done"];
  private id: string | undefined;

  constructor(context: Context, conv: string, eventId: string) {
    this.context = context;
    this.conv = conv;
    this.eventId = eventId;
    this.state = new Derived(() => this.compute(), context.soon);
  }

  choose(reason: ReportReason): void {
    this.reason = reason;
    this.change();
  }

  write(text: string): void {
    this.text = [...text].slice(0, MOST_REPORT_WORDS).join("");
    this.change();
  }

  async send(): Promise<void> {
    const { session } = this.context;
    const { reason } = this;
    if (reason === undefined || !this.compute().canSend) return;
    this.id ??= newClientId(session.clock.now(), session.crypto);
    this.busy = true;
    this.trouble = undefined;
    this.state.update();
    const text = sayable(this.text);
    const said = text === "" ? {} : { text };
    try {
      this.done = await session.api.report({ id: this.id, event: this.eventId, reason, ...said });
    } catch (error) {
      this.trouble = troubleOf(failureOf(error));
    } finally {
      this.busy = false;
      this.state.update();
    }
  }

  /** Another report is another command. */
  private change(): void {
    this.id = undefined;
    this.trouble = undefined;
    this.state.update();
  }

  private compute(): ReportState {
    const { session, book } = this.context;
    const row = session.timelines.use(this.conv).timeline.get(this.eventId);
    const message = row?.type === "message.sent" ? row : undefined;
    const { reason, text, busy, trouble, done } = this;
    const said = reason !== "other" || sayable(text) !== "";
    return {
      author: message && book.view(message.actor),
      quote: message?.text,
      reason,
      text,
      busy,
      canSend: reason !== undefined && said && !busy,
      trouble,
      done,
    };
  }
}
