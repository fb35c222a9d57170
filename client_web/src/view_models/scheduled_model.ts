/** Plans, changes and takes back messages that are sent later; the server keeps them. */
import { failureOf } from "../session/failures";
import { newClientId } from "../session/ids";
import type { Cancel } from "../session/ports";
import type { Scheduled } from "../wire/types.gen";
import { type Context, troubleOf } from "./context";
import { Derived } from "./derived";
import type { Trouble } from "./people";
import type { ScheduledModel, ScheduledState, ScheduledView } from "./scheduled";

/** What the composer would send, and how to give it back. */
export interface Written {
  readonly text: string;
  readonly replyTo?: string | undefined;
}

export class SessionScheduled implements ScheduledModel {
  readonly state: Derived<ScheduledState>;
  private readonly context: Context;
  private readonly conv: string;
  private readonly written: () => Written | undefined;
  private readonly sent: () => void;
  private readonly back: (text: string) => void;
  /** What was asked for last and not answered: asked for again it is the same message. */
  private asked: { readonly key: string; readonly id: string } | undefined;
  private readonly busy = new Set<string>();
  private readonly stop: Cancel;

  /** `written`: what waits in the composer; `sent`: empties it; `giveBack`: what was taken back by mistake. */
  constructor(
    context: Context,
    conv: string,
    composer: { written(): Written | undefined; taken(): void; giveBack(text: string): void },
  ) {
    this.context = context;
    this.conv = conv;
    this.written = () => composer.written();
    this.sent = () => composer.taken();
    this.back = (text) => composer.giveBack(text);
    this.state = new Derived(() => this.compute(), context.soon);
    this.stop = context.session.scheduled.changed.subscribe(this.state.touch);
  }

  async plan(at: string): Promise<Trouble | undefined> {
    const written = this.written();
    if (written === undefined) return undefined;
    const { replyTo, text } = written;
    const reply = replyTo === undefined ? {} : { reply_to: replyTo };
    return this.attempt(undefined, async () => {
      await this.keep({ text, at, ...reply });
      const now = this.written();
      // Whoever wrote on meanwhile keeps what they wrote.
      if (now?.text === text && now.replyTo === replyTo) this.sent();
    });
  }

  change(id: string, text: string, at: string): Promise<Trouble | undefined> {
    return this.attempt(id, () => this.context.session.api.changeScheduled(id, { text, at }));
  }

  sendNow(id: string): Promise<Trouble | undefined> {
    return this.attempt(id, () => this.context.session.api.sendScheduled(id));
  }

  async cancel(id: string): Promise<Trouble | undefined> {
    const { session, toasts } = this.context;
    const before = session.scheduled.in(this.conv).find((each) => each.id === id);
    const trouble = await this.attempt(id, () => session.api.cancelScheduled(id));
    if (trouble !== undefined || before === undefined) return trouble;
    toasts.note("scheduled_cancelled", () => void this.restore(before));
    return undefined;
  }

  close(): void {
    this.stop();
  }

  private async restore({ text, at, reply_to }: Scheduled): Promise<void> {
    const reply = reply_to === undefined ? {} : { reply_to };
    const trouble = await this.attempt(undefined, () => this.keep({ text, at, ...reply }));
    if (trouble === undefined) return;
    this.back(text);
    this.context.toasts.failure(trouble.code, trouble.detail);
  }

  private async keep(words: { text: string; at: string; reply_to?: string }): Promise<void> {
    const { api, clock, crypto } = this.context.session;
    const key = JSON.stringify(words);
    const id = this.asked?.key === key ? this.asked.id : newClientId(clock.now(), crypto);
    this.asked = { key, id };
    await api.schedule({ id, conv: this.conv, ...words });
    this.asked = undefined;
  }

  private async attempt(
    id: string | undefined,
    work: () => Promise<unknown>,
  ): Promise<Trouble | undefined> {
    if (id !== undefined) this.busy.add(id);
    this.state.touch();
    let trouble: Trouble | undefined;
    try {
      await work();
    } catch (error) {
      trouble = troubleOf(failureOf(error));
    }
    await this.context.session.scheduled.refresh();
    if (id !== undefined) this.busy.delete(id);
    this.state.update();
    return trouble;
  }

  private compute(): ScheduledState {
    const items = this.context.session.scheduled.in(this.conv);
    return { items: items.map((each) => this.view(each)) };
  }

  private view(message: Scheduled): ScheduledView {
    const { id, text, at, state, code, detail, kept_until: keptUntil } = message;
    const trouble = code === undefined ? undefined : { code, detail };
    const busy = this.busy.has(id) || state === "sending";
    return { id, text, at, state, trouble, keptUntil, busy };
  }
}
