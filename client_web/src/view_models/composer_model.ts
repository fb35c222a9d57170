/** Writing in one conversation: a draft, a reply, or an edit. */
import type { Extras, OutboxEntry } from "../session/outbox_entry";
import type { Cancel, Content } from "../session/ports";
import type { Timeline } from "../session/timeline";
import { isBlank, sayable } from "../wire/blank";
import { listed } from "./bidi";
import { SessionCalling } from "./calling_model";
import type { ComposerModel, ComposerState } from "./composer";
import { ComposerAim } from "./composer_aim";
import { closedBy, room } from "./composer_rules";
import { ComposerTray } from "./composer_tray";
import type { Context } from "./context";
import { outsideIn } from "./conversation_item";
import type { ConversationItem } from "./conversation_list";
import { Derived } from "./derived";
import { nudgeFor } from "./nudge";
import { WrittenSigns } from "./nudge_model";
import { outsideNames } from "./people_book";
import type { Written } from "./scheduled";
import { MOST_FILES, toKeep } from "./tray";
import type { VoiceNoteModel } from "./voice";

/** "I am typing" is said again after so long. */
const TYPING_MS = 3_000;

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
  private readonly aim: ComposerAim;
  private focusSerial = 0;
  private recording: VoiceNoteModel["state"] | undefined;
  private stopped = false;
  /** The people outside whom the person is asked about now. */
  private crossing: readonly string[] | undefined;
  private saidTyping = Number.NEGATIVE_INFINITY;
  private readonly ends: Cancel[];

  constructor(context: Context, options: ComposerOptions) {
    this.context = context;
    this.options = options;
    this.signs = new WrittenSigns(context, () => this.state.update());
    this.calling = new SessionCalling(context, options.conv, () => this.state.update());
    this.tray = new ComposerTray(context, options.conv, () => this.state.update());
    this.aim = new ComposerAim(context, options.conv, options.timeline);
    this.state = new Derived(() => this.compute(), context.soon);
    const { session } = context;
    this.ends = [
      session.statusChanged.subscribe(() => {
        this.fetchOrders();
        this.state.touch();
      }),
      session.roster.changed.subscribe(this.state.touch),
      session.drafts.changed.subscribe(() => {
        this.aim.follow();
        this.state.touch();
      }),
      session.outbox.changed.subscribe(this.state.touch),
      session.crossings.changed.subscribe(this.state.touch),
      options.timeline.changed.subscribe(() => {
        this.aim.follow();
        this.state.touch();
      }),
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
    this.aim.write(text);
    if (!this.isEdit && !isBlank(text)) this.sayTyping();
    this.signs.typed(text);
    this.stopped = false;
    this.fetchOrders();
    this.state.update();
  }

  addFiles(files: readonly Content[]): void {
    if (this.isEdit || files.length === 0) return;
    this.crossing = undefined;
    this.tray.add(files);
    this.focusSerial += 1;
    this.state.update();
  }

  async record(): Promise<VoiceNoteModel> {
    const record = await this.context.loadVoice();
    const note = record((content, voice, send) => {
      this.crossing = undefined;
      this.tray.addVoice(content, voice);
      if (send && !this.isEdit) this.send();
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

  /** A recording goes with the page; what is typed does not. */
  wouldLose(): boolean {
    return (this.recording?.get().kind ?? "over") !== "over";
  }

  dropFile(key: string): void {
    this.crossing = undefined;
    this.tray.drop(key);
    this.focusSerial += 1;
    this.state.update();
  }

  measured(key: string, width: number, height: number): void {
    this.tray.measured(key, width, height);
  }

  agree(): void {
    const { crossings } = this.context.session;
    const asked = this.crossing;
    const refused = crossings.refused(this.options.conv);
    if (asked === undefined) {
      if (refused !== undefined) crossings.confirm(refused, this.wouldGet(refused));
      this.state.update();
      return;
    }
    // Whoever came in while it was read is asked about as well.
    this.crossing = this.outside().every((id) => asked.includes(id)) ? undefined : this.outside();
    if (this.crossing === undefined && this.compute().canSend) this.sendNow();
    else this.state.update();
  }

  send(): void {
    const { canSend } = this.compute();
    if (!canSend || this.stopped || this.crossing !== undefined) return;
    if (this.asksForClient()) {
      this.crossing = this.outside();
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
    const { crossings } = this.context.session;
    const refused = crossings.refused(this.options.conv);
    if (this.crossing === undefined && refused !== undefined) crossings.putOff(refused);
    this.stopped = false;
    this.crossing = undefined;
    this.focusSerial += 1;
    this.state.update();
  }

  /** What would be sent later; undefined: nothing can be. */
  written(): Written | undefined {
    if (!this.compute().canPlan) return undefined;
    return { text: this.body(), replyTo: this.aim.replyTo, files: toKeep(this.tray.now) };
  }

  /** What was written waits elsewhere now. */
  taken(): void {
    this.tray.empty();
    this.aim.empty();
    this.entered();
  }

  giveBack(text: string): void {
    this.aim.giveBack(text);
  }

  takeBack(key: string): void {
    const { outbox } = this.context.session;
    const entry = outbox.held(this.options.conv).find(({ eventId }) => eventId === key);
    if (entry?.command.t !== "send" || outbox.discard(entry.id) === undefined) return;
    const { text, reply_to } = entry.command;
    if (text) this.giveBack(text);
    this.aim.replyAgain(reply_to);
    this.entered();
    void outbox.files.giveBack(entry).then((files) => {
      this.crossing = undefined;
      this.tray.giveBack(files);
      this.state.update();
    });
  }

  takeBackLast(): void {
    const { held } = this.compute();
    if (held !== undefined) this.takeBack(held);
  }

  private canPlan(says: boolean): boolean {
    return says && !this.isEdit && this.context.session.me.person.kind !== "client";
  }

  private sendNow(): void {
    const { outbox } = this.context.session;
    const { conv, sent } = this.options;
    const text = this.body();
    const words = { text, ...this.calling.in(text) };
    this.signs.typed("");
    if (this.isEdit) this.aim.save(words);
    else {
      const { replyTo } = this.aim;
      const reply = replyTo === undefined ? {} : { reply_to: replyTo };
      const wish = { t: "send" as const, conv, ...reply, ...words, ...this.named() };
      const extras: Extras = { held: this.context.undoSend() };
      this.tray.send((files) => {
        const kept = outbox.add(wish, files, extras);
        this.aim.empty(kept);
        return kept;
      });
      this.saidTyping = Number.NEGATIVE_INFINITY;
      sent();
    }
    this.state.update();
  }

  reply(eventId: string): void {
    if (this.aim.reply(eventId)) this.entered();
  }

  edit(eventId: string): void {
    if (this.aim.edit(eventId)) this.entered();
  }

  editLast(): void {
    if (this.aim.editLast()) this.entered();
  }

  cancel(): void {
    this.aim.leave();
    this.entered();
  }

  discard(): void {
    const files = this.isEdit ? [] : this.tray.take();
    const back = this.aim.discard();
    this.entered();
    this.context.toasts.note("draft_deleted", () => {
      back();
      this.tray.giveBack(files);
      this.state.update();
    });
  }

  dismissNudge(): void {
    this.signs.dismiss();
    this.state.update();
  }

  /** Whether files would go to somebody outside here for the first time. */
  private asksForClient(): boolean {
    const { me, crossings } = this.context.session;
    const across = !me.person.outside && this.options.item()?.outside === true;
    if (!across || this.isEdit || this.tray.now.files.length === 0) return false;
    return !crossings.has(this.options.conv, this.outside());
  }

  /** Whom from outside one is shown here. */
  private outside(): readonly string[] {
    return outsideIn(this.context, this.options.conv);
  }

  /** With files, whom they go to as far as one is shown. */
  private named(): { outside?: string[] } {
    const asks = !this.context.session.me.person.outside && this.tray.now.files.length > 0;
    return asks ? { outside: [...this.outside()] } : {};
  }

  /** Whom what was sent back would go to: as the server named them, and as is shown now. */
  private wouldGet({ refusal }: OutboxEntry): readonly string[] {
    return [...new Set([...(refusal?.outside ?? []), ...this.outside()])];
  }

  /** What the server sent back, and is asked about now. */
  private sentBack(): ComposerState["sentBack"] {
    const refused = this.context.session.crossings.refused(this.options.conv);
    if (refused === undefined || this.crossing !== undefined) return undefined;
    return { name: this.nameOf(this.wouldGet(refused)) };
  }

  private nameOf(people: readonly string[]): string {
    return listed(outsideNames(people.map((id) => this.context.book.view(id))));
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

  private get isEdit(): boolean {
    return this.aim.mode === "edit";
  }

  /** Something else is written from now on. */
  private entered(): void {
    this.stopped = false;
    this.crossing = undefined;
    this.signs.typed(this.aim.text);
    this.focusSerial += 1;
    this.state.update();
  }

  private sayTyping(): void {
    const { session } = this.context;
    const now = session.clock.monotonic();
    if (now - this.saidTyping < TYPING_MS) return;
    if (session.connection.send({ t: "typing", conv: this.options.conv })) this.saidTyping = now;
  }

  /** What would go on the record. */
  private body(): string {
    return sayable(this.aim.text);
  }

  private compute(): ComposerState {
    const { session } = this.context;
    const { isEdit } = this;
    const item = this.options.item();
    const closed = closedBy(item);
    const heldBack = session.recording !== "on";
    const body = this.body();
    const size = room(body, session.limits);
    const over = size.over !== undefined;
    const files = isEdit ? [] : this.tray.now.files;
    const says = body !== "" || files.length > 0;
    const ready = files.every(({ trouble }) => trouble === undefined);
    const signs = session.offChannel && this.signs.shown;
    return {
      ...this.aim.view,
      text: this.aim.text,
      files,
      full: isEdit || files.length >= MOST_FILES,
      leftOut: this.tray.now.leftOut,
      crossing: this.crossing && this.nameOf(this.crossing),
      sentBack: this.sentBack(),
      closed,
      heldBack,
      ...size,
      canPlan: this.canPlan(says && ready && !over && closed === undefined),
      crossesLater: this.asksForClient() ? (item?.outsideName ?? "") : undefined,
      canSend: says && ready && !over && closed === undefined && !heldBack,
      canRecord: !says && !isEdit && closed === undefined && !heldBack,
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
}
