/** What is written in one conversation: a new message, a reply, or an edit; the device keeps it. */
import { aimOf, type DraftAim, follow, giveBack, setAim, type Target } from "../session/draft_aim";
import type { Timeline } from "../session/timeline";
import { isBlank } from "../wire/blank";
import type { MessageSent, WireMention } from "../wire/types.gen";
import type { ComposerState } from "./composer";
import { isOpen, isOwn } from "./composer_rules";
import type { Context } from "./context";
import { reword, shownText } from "./edits";
import { textGist } from "./text_gist";
import type { QuoteView } from "./timeline";

/** In place of what a message says that lies further back than what is loaded. */
const NOT_LOADED = "…";

export class ComposerAim {
  private readonly context: Context;
  private readonly conv: string;
  private readonly timeline: Timeline;
  /** What was answered here: the timeline may not have it any more when an answer is taken back. */
  private readonly answered = new Map<string, Target>();

  constructor(context: Context, conv: string, timeline: Timeline) {
    this.context = context;
    this.conv = conv;
    this.timeline = timeline;
    this.follow();
  }

  get mode(): ComposerState["mode"] {
    const { edit, reply } = this.aim;
    if (edit !== undefined) return "edit";
    return reply === undefined ? "new" : "reply";
  }

  get text(): string {
    return this.aim.edit?.text ?? this.context.session.drafts.get(this.conv);
  }

  get view(): Pick<ComposerState, "mode" | "quote" | "editing" | "orphaned"> {
    const { mode, aim } = this;
    return {
      mode,
      quote: mode === "reply" && aim.reply !== undefined ? this.quote(aim.reply) : undefined,
      editing: aim.edit?.target.event_id,
      orphaned: mode !== "edit" && aim.orphaned,
    };
  }

  /** What a message would answer; undefined: nothing, or a message that was removed. */
  get replyTo(): string | undefined {
    const { reply } = this.aim;
    return reply?.removed_at === undefined ? reply?.event_id : undefined;
  }

  write(text: string): void {
    const { aim } = this;
    if (aim.edit !== undefined) this.set({ ...aim, edit: { ...aim.edit, text } });
    else {
      this.context.session.drafts.set(this.conv, text);
      if (isBlank(text)) this.set({ ...aim, orphaned: undefined });
    }
  }

  /** False: there is no such message. */
  reply(eventId: string): boolean {
    const row = this.message(eventId);
    if (row !== undefined) this.set({ ...this.aim, reply: targetOf(row), edit: undefined });
    return row !== undefined;
  }

  /** Begins to edit; what is answered and written waits behind it. False: there is no such message. */
  edit(eventId: string): boolean {
    const row = this.message(eventId);
    if (row === undefined) return false;
    const begun = this.shown(row);
    this.set({ ...this.aim, edit: { target: targetOf(row), begun, text: begun } });
    return true;
  }

  editLast(): boolean {
    const { session } = this.context;
    const from = session.clock.now() - session.clockAhead - session.limits.edit_window_s * 1000;
    const row = this.timeline.rows.findLast((each) => isOwn(each, session.me.person.id));
    return row !== undefined && Date.parse(row.at) >= from && this.edit(row.event_id);
  }

  /** An answer is taken back: it is one again, unless another is being written. */
  replyAgain(eventId: string | undefined): void {
    if (eventId === undefined || this.aim.reply !== undefined) return;
    const row = this.message(eventId);
    const reply = row === undefined ? this.answered.get(eventId) : targetOf(row);
    this.set({ ...this.aim, reply });
  }

  /** Ends the edit, or else the reply; the text of a draft stays. */
  leave(): void {
    this.set(this.mode === "edit" ? { ...this.aim, edit: undefined } : {});
  }

  /** Saves the edit. */
  save(words: { readonly text: string; readonly mentions?: WireMention[] }): void {
    const { edit } = this.aim;
    if (edit === undefined) return;
    const { target, begun } = edit;
    const kept = reword(this.context.session.outbox, { ...target, text: begun }, words);
    this.set({ ...this.aim, edit: undefined }, kept);
  }

  /** The draft goes elsewhere, once `until` has come for good: nothing is written any more. */
  empty(until?: Promise<unknown>): void {
    const { reply } = this.aim;
    if (reply !== undefined) this.answered.set(reply.event_id, reply);
    this.context.session.drafts.set(this.conv, "", until);
    this.set({}, until);
  }

  /** Forgets the edit, or else the draft and the reply; returns the way back. */
  discard(): () => void {
    const { aim } = this;
    const { drafts } = this.context.session;
    const text = drafts.get(this.conv);
    if (aim.edit === undefined) this.empty();
    else this.leave();
    return () => {
      this.set(aim);
      drafts.set(this.conv, text);
    };
  }

  giveBack(text: string): void {
    giveBack(this.context.session.drafts, this.conv, text);
  }

  /** Takes over what became of the messages that are answered and edited. */
  follow(): void {
    const { reply, edit } = this.aim;
    for (const target of [reply, edit?.target]) {
      const row = target && this.timeline.get(target.event_id);
      if (row?.type === "message.sent") follow(this.context.session.drafts, targetOf(row));
    }
  }

  private get aim(): DraftAim {
    return aimOf(this.context.session.drafts, this.conv);
  }

  private set(aim: DraftAim, until?: Promise<unknown>): void {
    setAim(this.context.session.drafts, this.conv, aim, until);
  }

  private message(eventId: string): MessageSent | undefined {
    const row = this.timeline.get(eventId);
    return row !== undefined && isOpen(row) ? row : undefined;
  }

  private quote({ event_id: eventId, actor, removed_at }: Target): QuoteView {
    const author = this.context.book.view(actor);
    const row = this.message(eventId);
    const text = row === undefined ? NOT_LOADED : textGist(this.shown(row));
    return { eventId, author, text: removed_at === undefined ? text : undefined };
  }

  private shown(row: MessageSent): string {
    return shownText(this.context.session.outbox, row);
  }
}

function targetOf({ conv, event_id, actor, removed_at }: MessageSent): Target {
  return { conv, event_id, actor, ...(removed_at === undefined ? {} : { removed_at }) };
}
