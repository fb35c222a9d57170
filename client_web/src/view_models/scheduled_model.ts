/** Plans, changes and takes back messages that are sent later; the server keeps them. */
import { NOT_CONFIRMED } from "../session/crossings";
import type { DraftFile } from "../session/draft_files";
import { failureOf } from "../session/failures";
import { newClientId } from "../session/ids";
import type { Cancel } from "../session/ports";
import { bring } from "../session/upload";
import type { NewScheduled, Scheduled } from "../wire/types.gen";
import type { ComposerState } from "./composer";
import { type Context, troubleOf } from "./context";
import { outsideIn, outsideNameIn } from "./conversation_item";
import { Derived } from "./derived";
import type { Observable } from "./observable";
import type { Trouble } from "./people";
import type { ScheduledModel, ScheduledState, ScheduledView, Written } from "./scheduled";

/** Where it is written. */
interface Writing {
  readonly state: Observable<Pick<ComposerState, "closed">>;
  written(): Written | undefined;
  taken(): void;
  giveBack(text: string): void;
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
  private readonly closed: () => ScheduledState["closed"];
  private readonly ends: readonly Cancel[];

  /** `written`: what waits in the composer; `sent`: empties it; `giveBack`: what was taken back by mistake. */
  constructor(context: Context, conv: string, composer: Writing) {
    this.context = context;
    this.conv = conv;
    this.written = () => composer.written();
    this.sent = () => composer.taken();
    this.back = (text) => composer.giveBack(text);
    this.closed = () => composer.state.get().closed;
    this.state = new Derived(() => this.compute(), context.soon);
    const { scheduled } = context.session;
    this.ends = [scheduled.changed, composer.state].map((each) => each.subscribe(this.state.touch));
  }

  async plan(at: string): Promise<Trouble | undefined> {
    const written = this.written();
    if (written === undefined) return undefined;
    const { replyTo, text } = written;
    const reply = replyTo === undefined ? {} : { reply_to: replyTo };
    return this.attempt(undefined, async () => {
      const named = written.files.length === 0 ? {} : this.named();
      await this.keep({ text, at, ...reply, ...(await this.stored(written.files)), ...named });
      // Whoever wrote on meanwhile keeps what they wrote.
      if (signOf(this.written()) === signOf(written)) this.sent();
    });
  }

  /** Files go into the archive first; asked for again, those that are there stay. */
  private async stored(files: readonly DraftFile[]): Promise<Pick<NewScheduled, "files">> {
    const found: string[] = [];
    for (const { id, name, size, voice, content } of files) {
      const asked = { id, conv: this.conv, name, size, ...(voice === undefined ? {} : { voice }) };
      const file = await bring(this.context.session.api, asked, content, () => "on");
      if (file !== undefined) found.push(file.id);
    }
    return filed(found);
  }

  change(id: string, text: string, at: string): Promise<Trouble | undefined> {
    const change = { text, at, ...(this.isFiled(id) ? this.named() : {}) };
    return this.attempt(id, () => this.context.session.api.changeScheduled(id, change));
  }

  sendNow(id: string): Promise<Trouble | undefined> {
    // Only what was sent back says to whom it goes now, and so is agreed to.
    const named = this.isSentBack(id) ? this.named() : {};
    return this.attempt(id, () => this.context.session.api.sendScheduled(id, named));
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
    for (const end of this.ends) end();
  }

  /** Whom from outside files go to, as is shown. */
  private named(): { outside?: string[] } {
    return { outside: [...outsideIn(this.context, this.conv)] };
  }

  private one(id: string): Scheduled | undefined {
    return this.context.session.scheduled.in(this.conv).find((each) => each.id === id);
  }

  private isFiled(id: string): boolean {
    return this.one(id)?.files !== undefined;
  }

  private isSentBack(id: string): boolean {
    return this.one(id)?.code === NOT_CONFIRMED;
  }

  private async restore({
    text,
    at,
    reply_to,
    files = [],
    outside = [],
  }: Scheduled): Promise<void> {
    const reply = reply_to === undefined ? {} : { reply_to };
    const again = { ...filed(files.map(({ id }) => id)), outside };
    const trouble = await this.attempt(undefined, () =>
      this.keep({ text, at, ...reply, ...again }),
    );
    if (trouble === undefined) return;
    this.back(text);
    this.context.toasts.failure(trouble.code, trouble.detail);
  }

  private async keep(words: Omit<NewScheduled, "id" | "conv">): Promise<void> {
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
      const failure = failureOf(error);
      trouble = troubleOf(failure);
      if (failure.code === NOT_CONFIRMED && failure.name === "Refused") {
        await this.context.session.correct(this.conv, failure.about.outside);
      }
    }
    await this.context.session.scheduled.refresh();
    if (id !== undefined) this.busy.delete(id);
    this.state.update();
    return trouble;
  }

  private compute(): ScheduledState {
    const items = this.context.session.scheduled.in(this.conv);
    return { items: items.map((each) => this.view(each)), closed: this.closed() };
  }

  private view(message: Scheduled): ScheduledView {
    const { id, text, at, state, code, detail, kept_until: keptUntil } = message;
    const files = (message.files ?? []).map(({ name }) => name);
    const trouble = code === undefined ? undefined : { code, detail };
    const busy = this.busy.has(id) || state === "sending";
    const to = files.length === 0 ? undefined : outsideNameIn(this.context, this.conv);
    return { id, text, files, at, state, trouble, keptUntil, busy, to };
  }
}

/** What tells one message that is written from another. */
function signOf(written: Written | undefined): string {
  return JSON.stringify([written?.text, written?.replyTo, written?.files.map(({ id }) => id)]);
}

function filed([first, ...others]: readonly string[]): Pick<NewScheduled, "files"> {
  return first === undefined
    ? {}
    : { files: [first, ...others] as NonNullable<NewScheduled["files"]> };
}
