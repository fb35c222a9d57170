/** Writing in one conversation: a draft, a reply, or an edit. */
import type { Extras } from "../session/outbox_entry";
import type { Cancel, Content } from "../session/ports";
import type { Timeline } from "../session/timeline";
import { isBlank, sayable } from "../wire/blank";
import type * as wire from "../wire/types.gen";
import { SessionCalling } from "./calling_model";
import type { ComposerModel, ComposerState } from "./composer";
import { closedBy, isOpen, isOwn, room } from "./composer_rules";
import { ComposerTray } from "./composer_tray";
import type { Context } from "./context";
import type { ConversationItem } from "./conversation_list";
import { Derived } from "./derived";
import { reword, shownText } from "./edits";
import { nudgeFor } from "./nudge";
import { WrittenSigns } from "./nudge_model";
import type { Written } from "./scheduled";
import { textGist } from "./text_gist";
import type { QuoteView } from "./timeline";
import { MOST_FILES, toKeep } from "./tray";
import type { VoiceNoteModel } from "./voice";

/** "I am typing" is said again after so long. */
const TYPING_MS = 3_000;
const NEW: Mode = { kind: "new" };

type Mode =
  | { readonly kind: "new" }
  | { readonly kind: "reply"; readonly row: wire.MessageSent }
  | { readonly kind: "edit"; readonly row: wire.MessageSent; readonly text: string };

export interface ComposerOptions {
  readonly conv: string;
  readonly timeline: Timeline;
  readonly item: () => ConversationItem | undefined;
  /** A message was sent: the timeline goes to the end. */
  readonly sent: () => void;
}

export class SessionComposer implements ComposerModel {
  readonly state: Derived<ComposerState>;
  private readonly context: Context;
  private readonly options: ComposerOptions;
  readonly calling: SessionCalling;
  private readonly signs: WrittenSigns;
  private readonly tray: ComposerTray;
  private mode: Mode = NEW;
  /** What was answered here: the timeline may not have it any more when an answer is taken back. */
  private readonly answered = new Map<string, wire.MessageSent>();
  /** Where one is once an edit ends. */
  private behind: Mode = NEW;
  private focusSerial = 0;
  private recording: VoiceNoteModel["state"] | undefined;
  private stopped = false;
  private crossing = false;
  private saidTyping = Number.NEGATIVE_INFINITY;
  private readonly ends: Cancel[];

  constructor(context: Context, options: ComposerOptions) {
    this.context = context;
    this.options = options;
    this.signs = new WrittenSigns(context, () => this.state.update());
    this.calling = new SessionCalling(context, options.conv, () => this.state.update());
    this.tray = new ComposerTray(context, options.conv, () => this.state.update());
    this.state = new Derived(() => this.compute(), context.soon);
    const { session } = context;
    this.ends = [
      session.statusChanged.subscribe(() => {
        this.fetchOrders();
        this.state.touch();
      }),
      session.roster.changed.subscribe(this.state.touch),
      session.drafts.changed.subscribe(this.state.touch),
      session.outbox.changed.subscribe(this.state.touch),
      options.timeline.changed.subscribe(() => this.followTimeline()),
    ];
    this.fetchOrders();
    void session.crossings.fetch(options.conv).then(this.state.touch);
  }

  close(): void {
    this.signs.close();
    this.tray.close();
    for (const end of this.ends.splice(0)) end();
  }

  setText(text: string): void {
    if (this.mode.kind === "edit") this.mode = { ...this.mode, text };
    else {
      this.context.session.drafts.set(this.options.conv, text);
      if (!isBlank(text)) this.sayTyping();
    }
    this.signs.typed(text);
    this.stopped = false;
    this.fetchOrders();
    this.state.update();
  }

  addFiles(files: readonly Content[]): void {
    if (this.mode.kind === "edit" || files.length === 0) return;
    this.crossing = false;
    this.tray.add(files);
    this.focusSerial += 1;
    this.state.update();
  }

  async record(): Promise<VoiceNoteModel> {
    const record = await this.context.loadVoice();
    const note = record((content, voice, send) => {
      this.crossing = false;
      this.tray.addVoice(content, voice);
      if (send && this.mode.kind !== "edit") this.send();
      this.state.update();
    });
    this.recording = note.state;
    this.ends.push(note.state.subscribe(this.state.touch));
    this.state.touch();
    return note;
  }

  get isRecording(): boolean {
    return this.recording?.get().kind === "recording";
  }

  /** An edit or a recording goes with the page; drafts do not. */
  wouldLose(): boolean {
    const recorded = this.recording?.get().kind ?? "over";
    return recorded !== "over" || this.mode.kind === "edit";
  }

  dropFile(key: string): void {
    this.crossing = false;
    this.tray.drop(key);
    this.focusSerial += 1;
    this.state.update();
  }

  measured(key: string, width: number, height: number): void {
    this.tray.measured(key, width, height);
  }

  agree(): void {
    if (!this.crossing) return;
    this.crossing = false;
    if (this.compute().canSend) this.sendNow({ crosses: true });
    else this.state.update();
  }

  send(): void {
    const { canSend } = this.compute();
    if (!canSend || this.stopped || this.crossing) return;
    if (this.asksForClient()) {
      this.crossing = true;
      this.state.update();
      return;
    }
    this.stopped = this.asksForOrders() && this.context.orders.in(this.body());
    if (this.stopped) this.state.update();
    else this.sendNow();
  }

  sendAnyway(): void {
    if (!this.stopped || !this.compute().canSend) return;
    this.stopped = false;
    this.sendNow();
  }

  goOnWriting(): void {
    this.stopped = false;
    this.crossing = false;
    this.focusSerial += 1;
    this.state.update();
  }

  /** What would be sent later; undefined: nothing can be. */
  written(): Written | undefined {
    if (!this.compute().canPlan) return undefined;
    const { mode } = this;
    const replyTo = mode.kind === "reply" ? mode.row.event_id : undefined;
    return { text: this.body(), replyTo, files: toKeep(this.tray.now) };
  }

  /** What was written waits elsewhere now. */
  taken(): void {
    this.tray.empty();
    this.context.session.drafts.set(this.options.conv, "");
    this.enter({ kind: "new" });
  }

  giveBack(text: string): void {
    const { drafts } = this.context.session;
    const written = drafts.get(this.options.conv);
    drafts.set(this.options.conv, written === "" ? text : `${text}\n${written}`);
  }

  takeBack(key: string): void {
    const { outbox } = this.context.session;
    const entry = outbox.held(this.options.conv).find(({ eventId }) => eventId === key);
    if (entry?.command.t !== "send" || outbox.discard(entry.id) === undefined) return;
    const { text, reply_to } = entry.command;
    if (text) this.giveBack(text);
    const row = reply_to && (this.message(reply_to) ?? this.answered.get(reply_to));
    const mode: Mode = row ? { kind: "reply", row } : NEW;
    if (this.mode.kind === "edit") this.behind = mode;
    this.enter(this.mode.kind === "new" ? mode : this.mode);
    void outbox.files.giveBack(entry).then((files) => {
      this.crossing = false;
      this.tray.giveBack(files);
      this.state.update();
    });
  }

  takeBackLast(): void {
    const { held } = this.compute();
    if (held !== undefined) this.takeBack(held);
  }

  private canPlan(says: boolean): boolean {
    return says && this.mode.kind !== "edit" && this.context.session.me.person.kind !== "client";
  }

  private sendNow(agreed: Extras = {}): void {
    const { outbox, drafts } = this.context.session;
    const { conv, sent } = this.options;
    const { mode } = this;
    const text = this.body();
    this.mode = mode.kind === "edit" ? this.left() : NEW;
    this.signs.typed("");
    if (mode.kind === "edit") {
      reword(outbox, mode.row, { text, ...this.calling.in(text) });
    } else {
      drafts.set(conv, "");
      const reply = mode.kind === "reply" ? { reply_to: mode.row.event_id } : {};
      if (mode.kind === "reply") this.answered.set(mode.row.event_id, mode.row);
      const wish = { t: "send" as const, conv, text, ...reply, ...this.calling.in(text) };
      const extras = { held: this.context.undoSend(), ...agreed };
      this.crossing = false;
      this.tray.send((files) => outbox.add(wish, files, extras));
      this.saidTyping = Number.NEGATIVE_INFINITY;
      sent();
    }
    this.state.update();
  }

  reply(eventId: string): void {
    const row = this.message(eventId);
    if (row !== undefined) this.enter({ kind: "reply", row });
  }

  edit(eventId: string): void {
    const row = this.message(eventId);
    if (row !== undefined) this.enter({ kind: "edit", row, text: this.shown(row) });
  }

  editLast(): void {
    const { session } = this.context;
    const from = session.clock.now() - session.clockAhead - session.limits.edit_window_s * 1000;
    const row = this.options.timeline.rows.findLast((each) => isOwn(each, session.me.person.id));
    if (row !== undefined && Date.parse(row.at) >= from) this.edit(row.event_id);
  }

  cancel(): void {
    this.enter(this.mode.kind === "edit" ? this.left() : NEW);
  }

  dismissNudge(): void {
    this.signs.dismiss();
    this.state.update();
  }

  /** Whether files would go to a client here for the first time. */
  private asksForClient(): boolean {
    const { me, crossings } = this.context.session;
    const across = me.person.kind !== "client" && this.options.item()?.outside === true;
    if (!across || this.mode.kind === "edit" || this.tray.now.files.length === 0) return false;
    return !crossings.has(this.options.conv);
  }

  /** What finds orders is there before the first word: whether it is asked for comes with `welcome`. */
  private fetchOrders(): void {
    if (this.asksForOrders()) void this.context.orders.fetch();
  }

  /** Whether this person is asked before what reads like an order is sent. */
  private asksForOrders(): boolean {
    const { session } = this.context;
    return session.orders === "stop" && session.me.person.kind === "client";
  }

  private left(): Mode {
    const { behind } = this;
    this.behind = NEW;
    return behind;
  }

  private enter(mode: Mode): void {
    this.mode = mode;
    this.stopped = false;
    this.crossing = false;
    this.signs.typed(this.text());
    this.focusSerial += 1;
    this.state.update();
  }

  /** A message that is removed meanwhile is neither answered nor edited. */
  private followTimeline(): void {
    if (this.mode.kind === "new") return;
    const row = this.options.timeline.get(this.mode.row.event_id);
    if (row === undefined || row === this.mode.row) return;
    if (!isOpen(row)) this.mode = { kind: "new" };
    else this.mode = { ...this.mode, row };
    this.state.touch();
  }

  private message(eventId: string): wire.MessageSent | undefined {
    const row = this.options.timeline.get(eventId);
    return row !== undefined && isOpen(row) ? row : undefined;
  }

  private sayTyping(): void {
    const { session } = this.context;
    const now = session.clock.monotonic();
    if (now - this.saidTyping < TYPING_MS) return;
    if (session.connection.send({ t: "typing", conv: this.options.conv })) this.saidTyping = now;
  }

  private text(): string {
    const { mode } = this;
    return mode.kind === "edit" ? mode.text : this.context.session.drafts.get(this.options.conv);
  }

  /** What would go on the record. */
  private body(): string {
    return sayable(this.text());
  }

  private compute(): ComposerState {
    const { session } = this.context;
    const { mode } = this;
    const item = this.options.item();
    const closed = closedBy(item);
    const heldBack = session.recording === "unavailable";
    const body = this.body();
    const size = room(body, session.limits);
    const over = size.over !== undefined;
    const files = mode.kind === "edit" ? [] : this.tray.now.files;
    const says = body !== "" || files.length > 0;
    const ready = files.every(({ trouble }) => trouble === undefined);
    const signs = session.offChannel && this.signs.shown;
    return {
      text: this.text(),
      files,
      full: mode.kind === "edit" || files.length >= MOST_FILES,
      leftOut: this.tray.now.leftOut,
      crossing: this.crossing ? (item?.outsideName ?? "") : undefined,
      mode: mode.kind,
      quote: mode.kind === "reply" ? this.quote(mode.row) : undefined,
      editing: mode.kind === "edit" ? mode.row.event_id : undefined,
      closed,
      heldBack,
      ...size,
      canPlan: this.canPlan(says && ready && !over && closed === undefined),
      crossesLater: this.asksForClient() ? (item?.outsideName ?? "") : undefined,
      canSend: says && ready && !over && closed === undefined && !heldBack,
      canRecord: !says && mode.kind !== "edit" && closed === undefined && !heldBack,
      outsideName: item?.outsideName,
      nudge: signs ? nudgeFor(session.me.person.role, item) : undefined,
      ordersBanner: this.banner(item),
      stopped: this.stopped,
      held: session.outbox.held(this.options.conv).at(-1)?.eventId,
      focusSerial: this.focusSerial,
      calling: this.calling.state,
      callsAll: this.calling.all(body),
    };
  }

  private banner(item: ConversationItem | undefined): ComposerState["ordersBanner"] {
    const { orders, ordersBanner, me } = this.context.session;
    const withClient = me.person.kind === "client" || item?.outside === true;
    return orders !== "off" && withClient ? ordersBanner : undefined;
  }

  private quote(row: wire.MessageSent): QuoteView {
    const author = this.context.book.view(row.actor);
    return { eventId: row.event_id, author, text: textGist(this.shown(row)) };
  }

  private shown(row: wire.MessageSent): string {
    return shownText(this.context.session.outbox, row);
  }
}
