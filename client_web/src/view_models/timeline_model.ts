/** The timeline of the open conversation: rows, paging, where to stand, what was seen. */
import { NOT_CONFIRMED } from "../session/crossings";
import { failureOf } from "../session/failures";
import type { OutboxEntry } from "../session/outbox_entry";
import type { Paging } from "../session/paging";
import type { Cancel } from "../session/ports";
import type { Row } from "../session/rows";
import type { MessageSent } from "../wire/types.gen";
import { mayComplain } from "./complaints_model";
import { closedBy } from "./composer_rules";
import { type Context, troubleOf } from "./context";
import type { ConversationItem } from "./conversation_list";
import { Derived } from "./derived";
import { mayInvite, nudgeFor } from "./nudge";
import type { Trouble } from "./people";
import type { Anchor, FoundThere, TimelineModel, TimelineState, Written } from "./timeline";
import type { Divider, Ingredients, TimelineRows } from "./timeline_rows";

/** How many pages back the first unread message is looked for when a conversation is opened. */
const UNREAD_PAGES = 4;

/** Where a conversation was left; kept while the page is open. */
export type Place = { readonly key: string; readonly offset: number } | undefined;

export interface TimelineOptions {
  readonly conv: string;
  /** The local day of a moment, such as "2026-11-24". */
  readonly dayOf: (time: number) => string;
  readonly place: Place;
  readonly leftAt: (place: Place) => void;
  readonly item: () => ConversationItem | undefined;
  /** The number of a message that is not loaded here, where something else knows it. */
  readonly numberOf: (eventId: string) => number | undefined;
}

export class SessionTimeline implements TimelineModel {
  readonly state: Derived<TimelineState>;
  private readonly context: Context;
  private readonly options: TimelineOptions;
  private readonly paging: Paging;
  private maker: TimelineRows | undefined;
  private readonly ends: Cancel[];
  private divider: Divider | undefined;
  private openedAt = Number.POSITIVE_INFINITY;
  /** The last message that was written, or sent again, here since. */
  private written: Written | undefined;
  private anchor: Anchor | undefined;
  private anchors = 0;
  /** The highest number that was wholly in view since the conversation was opened. */
  private seenTo: number;
  /** A jump that failed: where to, and why. */
  private jumpFailed: { readonly eventId: string; readonly trouble: Trouble } | undefined;
  private found: (FoundThere & { readonly key: string }) | undefined;
  private opening = true;
  /** The newest row that was last told to be wholly in view. */
  private inView: string | undefined;

  constructor(context: Context, options: TimelineOptions) {
    const { session, soon } = context;
    this.context = context;
    this.options = options;
    this.paging = session.timelines.use(options.conv);
    this.seenTo = session.positions.readUpTo(options.conv);
    this.state = new Derived(() => this.compute(), soon);
    const mine = (conv: string | undefined) => {
      if (conv === undefined || conv === options.conv) this.state.touch();
    };
    this.ends = [
      this.state.subscribe(() => this.look()),
      this.paging.changed.subscribe(this.state.touch),
      this.paging.timeline.changed.subscribe(this.state.touch),
      session.roster.changed.subscribe(mine),
      session.outbox.changed.subscribe((conv) => {
        if (conv === options.conv) this.answer();
        mine(conv);
      }),
      session.typing.changed.subscribe(mine),
      session.statusChanged.subscribe(() => {
        void context.rows.fetch();
        this.state.touch();
      }),
      context.rows.ready.subscribe(this.state.touch),
      context.attention.subscribe(() => this.tellRead()),
      context.signs.ready.subscribe(this.state.touch),
    ];
  }

  /** Loads what is needed and decides where to stand; at a message if one is named. */
  async open(eventId: string | undefined): Promise<void> {
    const unread = this.context.session.roster.conversations.get(this.options.conv)?.unread ?? 0;
    if (unread > 0) this.divider = { above: this.seenTo, count: unread };
    this.openedAt = this.context.session.clock.now();
    if (eventId !== undefined) {
      this.opening = false;
      this.goTo(eventId);
      return;
    }
    if (this.paging.timeline.moreAfter && this.options.place === undefined)
      await this.paging.newest();
    else await this.paging.ensure();
    for (let i = 0; i < UNREAD_PAGES && this.misses(); i += 1) await this.paging.before();
    this.opening = false;
    this.stand();
    // What was in view before that was known has been left again.
    if (this.anchor !== undefined) this.inView = undefined;
    this.state.update();
    this.look();
  }

  close(): void {
    for (const end of this.ends.splice(0)) end();
  }

  loadBefore(): void {
    void this.paging.before();
  }

  loadAfter(): void {
    void this.paging.after();
  }

  again(): void {
    if (this.jumpFailed === undefined) void this.paging.again();
    else this.goTo(this.jumpFailed.eventId, this.found);
  }

  goTo(eventId: string, found?: FoundThere): void {
    this.jumpFailed = undefined;
    this.found = found && { key: eventId, ...found };
    if (this.paging.timeline.get(eventId) !== undefined) {
      this.stay({ key: eventId, reason: "jump", offset: 0 });
    } else void this.jump(eventId);
  }

  unmark(): void {
    if (this.found === undefined) return;
    this.found = undefined;
    this.state.update();
  }

  goToEnd(): void {
    this.anchor = undefined;
    this.jumpFailed = undefined;
    if (this.paging.timeline.moreAfter) void this.paging.newest();
    this.state.touch();
  }

  seen(key: string): void {
    this.inView = key;
    this.look();
  }

  leaveAt(place: Place): void {
    this.options.leftAt(place);
  }

  react(eventId: string, emoji: string, on: boolean): void {
    this.add({ t: "react", conv: this.options.conv, target: eventId, emoji, on });
  }

  star(eventId: string, on: boolean): void {
    this.add({ t: "star", conv: this.options.conv, target: eventId, on });
  }

  played(eventId: string): void {
    const row = this.paging.timeline.get(eventId);
    if (row === undefined || !isMessage(row) || row.played) return;
    if (row.actor !== this.context.session.me.person.id) this.context.session.positions.play(row);
  }

  remove(eventId: string): void {
    this.forgetRefused(eventId);
    this.add({ t: "remove", conv: this.options.conv, target: eventId });
  }

  retry(key: string, file?: string): void {
    const { outbox, crossings } = this.context.session;
    for (const entry of this.refused(key)) {
      if (entry.refusal?.code === NOT_CONFIRMED) crossings.askAgain(entry);
      else void outbox.retry(entry.id, { file });
    }
  }

  discard(key: string): void {
    const { outbox } = this.context.session;
    const gone = this.unsent(key).flatMap(({ id }) => outbox.discard(id) ?? []);
    const [first] = gone;
    if (first === undefined) return;
    const code = first.command.t === "send" ? "message_discarded" : "change_discarded";
    this.context.toasts.note(code, () => {
      for (const entry of gone) void outbox.restore(entry);
    });
  }

  private add(wish: Parameters<Context["session"]["outbox"]["add"]>[0]): void {
    void this.context.session.outbox.add(wish);
  }

  /** A new change of a message makes a refused one of it void. */
  private forgetRefused(eventId: string): void {
    for (const { id } of this.refused(eventId)) this.context.session.outbox.discard(id);
  }

  /** Refused commands that a row shows: the message itself, or changes of it. */
  private refused(key: string): readonly OutboxEntry[] {
    return this.unsent(key).filter(({ refusal }) => refusal !== undefined);
  }

  /** Commands that a row shows, the message's own or changes of it. */
  private unsent(key: string): readonly OutboxEntry[] {
    return this.context.session.outbox
      .in(this.options.conv)
      .map(({ entry }) => entry)
      .filter(({ eventId, command }) =>
        command.t === "send" ? eventId === key : changes(command, key),
      );
  }

  private async jump(eventId: string): Promise<void> {
    try {
      if (this.unsent(eventId).some(({ command }) => command.t === "send")) {
        await (this.paging.timeline.moreAfter ? this.paging.newest() : this.paging.ensure());
        this.stay({ key: eventId, reason: "jump", offset: 0 });
        return;
      }
      const known = this.found?.number ?? this.quotedNumber(eventId);
      const number = known ?? this.options.numberOf(eventId);
      const { api } = this.context.session;
      await this.paging.around(number ?? (await api.info(eventId)).conv_seq);
      if (this.paging.timeline.get(eventId) !== undefined) {
        this.stay({ key: eventId, reason: "jump", offset: 0 });
      }
    } catch (error) {
      this.jumpFailed = { eventId, trouble: troubleOf(failureOf(error)) };
      this.state.update();
    }
  }

  private quotedNumber(eventId: string): number | undefined {
    for (const row of this.paging.timeline.rows) {
      if (row.type === "message.sent" && row.reply_to?.event_id === eventId) {
        return row.reply_to.conv_seq;
      }
    }
    return undefined;
  }

  /** Whoever writes here has read what is above: nothing is divided any more. */
  private answer(): void {
    const last = this.context.session.outbox
      .in(this.options.conv)
      .findLast(({ entry }) => entry.command.t === "send" && entry.order >= this.openedAt);
    if (last === undefined) return;
    const { eventId: key, order } = last.entry;
    if (order !== this.written?.order) this.written = { key, order };
    this.divider = undefined;
  }

  /** Whether the first unread message lies before the rows that are loaded. */
  private misses(): boolean {
    const { timeline, failure } = this.paging;
    if (this.divider === undefined || !timeline.moreBefore || failure !== undefined) return false;
    const first = timeline.rows.find(isMessage);
    return first === undefined || first.msg_no > this.divider.above + 1;
  }

  /** Stands at the first unread message, or where the conversation was left, or at the end. */
  private stand(): void {
    const { place } = this.options;
    const me = this.context.session.me.person.id;
    const { divider } = this;
    const { rows } = this.paging.timeline;
    const unread = divider && rows.find((row) => isUnread(row, divider, me));
    if (unread !== undefined && !this.misses()) {
      this.setAnchor({ key: "unread", reason: "unread", offset: 0 });
    } else if (place !== undefined && this.paging.timeline.get(place.key) !== undefined) {
      this.setAnchor({ ...place, reason: "place" });
    }
  }

  private setAnchor(anchor: Omit<Anchor, "serial">): void {
    this.anchors += 1;
    this.anchor = { ...anchor, serial: this.anchors };
  }

  private stay(anchor: Omit<Anchor, "serial">): void {
    this.setAnchor(anchor);
    this.state.update();
  }

  /**
   * Takes what is in view as seen: again whenever the rows change, for an own message that is in
   * view all the while gets its number late, and what others wrote meanwhile comes to stand above it.
   */
  private look(): void {
    if (this.opening || this.inView === undefined) return;
    const number = this.numberAt(this.inView);
    if (number === undefined || number <= this.seenTo) return;
    this.seenTo = number;
    this.tellRead();
    this.state.touch();
  }

  private tellRead(): void {
    const { attention, session } = this.context;
    if (attention.here() && this.seenTo > session.positions.readUpTo(this.options.conv)) {
      session.positions.read(this.options.conv, this.seenTo);
    }
  }

  /** The number of a message on the record, or of the last one above a row that is none. */
  private numberAt(key: string): number | undefined {
    const { rows } = this.state.get();
    let at = rows.findLastIndex((row) => row.key === key);
    for (; at >= 0; at -= 1) {
      const row = this.paging.timeline.get(rows[at]?.key ?? "");
      if (row !== undefined && isMessage(row)) return row.msg_no;
    }
    return undefined;
  }

  private compute(): TimelineState {
    const { session, book } = this.context;
    const { conv } = this.options;
    const { timeline, loading, failure } = this.paging;
    const conversation = session.roster.conversations.get(conv);
    const maker = this.rowsMaker();
    const rows = maker?.make({
      rows: timeline.rows,
      atEnd: !timeline.moreAfter || timeline.rows.length === 0,
      outbox: session.outbox.in(conv),
      conversation,
      divider: this.divider,
      editableFrom: session.clock.now() - session.clockAhead - session.limits.edit_window_s * 1000,
      signs: this.signs(),
      mayComplain: mayComplain(this.context, conversation),
      categories: this.context.session.complaints?.categories ?? [],
      mayForward: session.roster.conversations.size > 1,
      closed: closedBy(this.options.item()) !== undefined,
    });
    const empty = maker === undefined || (this.opening && timeline.rows.length === 0);
    return {
      rows: rows ?? [],
      loading: empty && failure === undefined ? "first" : loading,
      moreBefore: timeline.moreBefore,
      moreAfter: timeline.moreAfter,
      anchor: this.anchor,
      written: this.written,
      found: this.found,
      unseen: this.unseen(conversation?.last_msg_no ?? 0),
      typing: session.typing.in(conv).map((id) => book.view(id)),
      trouble: this.jumpFailed?.trouble ?? (failure && troubleOf(failure)),
    };
  }

  /** Undefined: its code is not there yet, nor the log that would show the rows. */
  private rowsMaker(): TimelineRows | undefined {
    const { rows, book, session } = this.context;
    const Rows = rows.value;
    if (this.maker === undefined && Rows !== undefined) {
      this.maker = new Rows(book, session.me.person.id, this.options.dayOf);
    }
    return this.maker;
  }

  /** Clients are told nothing about what others write. */
  private signs(): Ingredients["signs"] {
    const { session, signs } = this.context;
    const { role } = session.me.person;
    if (!signs.known || !session.offChannel || !mayInvite(role)) return undefined;
    return { in: signs.in, nudge: nudgeFor(role, this.options.item()) };
  }

  private unseen(last: number): number {
    const { timeline } = this.paging;
    // Another device, or this one before it was loaded anew, may have read further.
    const seen = Math.max(this.seenTo, this.context.session.positions.readUpTo(this.options.conv));
    if (timeline.moreAfter) return Math.max(0, last - seen);
    const me = this.context.session.me.person.id;
    let count = 0;
    for (let at = timeline.rows.length - 1; at >= 0; at -= 1) {
      const row = timeline.rows[at];
      if (row === undefined || !isMessage(row)) continue;
      if (row.msg_no <= seen) break;
      if (row.actor !== me) count += 1;
    }
    return count;
  }
}

/** Whether a command on its way changes a message. */
function changes(command: OutboxEntry["command"], key: string): boolean {
  return command.t !== "complaint" && "target" in command && command.target === key;
}

function isMessage(row: Row): row is MessageSent {
  return row.type === "message.sent";
}

function isUnread(row: Row, divider: Divider, me: string): boolean {
  return isMessage(row) && row.msg_no > divider.above && row.actor !== me;
}
