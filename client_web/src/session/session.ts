/**
 * Everything of one signed-in person, put together: what arrives goes to who needs it, in one place.
 *
 * At start the kept snapshot is shown, then the lists are fetched, then everything since the
 * snapshot's cursor is replayed. The lists are newer than the cursor; that is no harm, for applying
 * an event twice changes nothing.
 */
import type * as wire from "../wire/types.gen";
import { Attendance } from "./attendance";
import { Connection, type ConnectionState } from "./connection";
import { Crossings, NOT_CONFIRMED } from "./crossings";
import { Directory } from "./directory";
import { followRemoval } from "./draft_aim";
import { DraftFiles } from "./draft_files";
import { Drafts } from "./drafts";
import { failureOf, Refused } from "./failures";
import type { Crypto } from "./ids";
import { inTime, type TimelyStore } from "./in_time";
import { Keeper } from "./keeper";
import { Kept } from "./kept";
import { isPersonal } from "./marks";
import { Moments } from "./moments";
import { Outbox } from "./outbox";
import type { OutboxEntry, Refusal } from "./outbox_entry";
import type { OutboxNews } from "./outbox_options";
import type { Api, Cancel, Channel, Clock, Locks, Network, OpenSocket } from "./ports";
import { Positions } from "./positions";
import { Quiet } from "./quiet";
import { changesRelationship, joining } from "./relationship";
import { Roster } from "./roster";
import { Scheduled } from "./scheduled";
import { Signal } from "./signal";
import { KEPT_DAYS } from "./snapshot";
import { Timelines } from "./timelines";
import { Typing } from "./typing";

export interface SessionOptions {
  readonly me: wire.Me;
  readonly api: Api;
  readonly store: TimelyStore;
  readonly clock: Clock;
  readonly crypto: Crypto;
  /** In [0, 1). */
  readonly random: () => number;
  readonly openSocket: OpenSocket;
  readonly channel: Channel<OutboxNews>;
  readonly locks: Locks;
  readonly network: Network;
  /** The server accepts this session no more. */
  readonly refused: (code: string) => void;
}

/** Until `welcome` says otherwise. */
const LIMITS: wire.Limits = {
  frame_bytes: 65_536,
  text_bytes: 16_384,
  text_json_bytes: 49_152,
  edit_window_s: 86_400,
  messages_per_minute: 100,
  burst: 20,
};

export class Session {
  readonly me: wire.Me;
  readonly api: Api;
  readonly clock: Clock;
  readonly roster: Roster;
  readonly typing: Typing;
  readonly attendance = new Attendance();
  readonly timelines: Timelines;
  readonly outbox: Outbox;
  readonly crossings: Crossings;
  readonly positions: Positions;
  readonly drafts: Drafts;
  readonly draftFiles: DraftFiles;
  readonly scheduled: Scheduled;
  readonly quiet: Quiet;
  readonly connection: Connection;
  private readonly directory: Directory;
  private readonly moments: Moments;
  readonly keeper: Keeper;
  private readonly kept: Kept;
  readonly network: Network;
  readonly crypto: Crypto;
  readonly store: TimelyStore;
  /** Connection, recording or limits changed. */
  readonly statusChanged = new Signal();
  /** Something about this person may have changed that no event tells of. */
  readonly selfChanged = new Signal();
  /** A command was refused that no row waits for. */
  readonly dropped = new Signal<{ readonly entry: OutboxEntry; readonly refusal: Refusal }>();
  recording: wire.Welcome["recording"] = "on";
  limits: wire.Limits = LIMITS;
  /** Whether the bank looks for signs of another channel; false until the server has said so. */
  offChannel = false;
  /** What it is called now. */
  firm: string;
  /** What is said of orders in conversations with clients, and the firm's words by language. */
  orders: NonNullable<wire.Welcome["orders"]> = "off";
  ordersBanner: Readonly<Partial<Record<string, string>>> = {};
  /** What the firm uses for calls, in its words by language. */
  calls: Readonly<Partial<Record<string, string>>> = {};
  /** How complaints are taken; undefined until the server has said so. */
  complaints: wire.Complaints | undefined;
  /** After how many minutes without use the firm wants it locked; 0: as they choose. */
  lockMinutes: number | undefined;
  /** Milliseconds that this device's clock is ahead of the server's. */
  clockAhead = 0;
  /** Whether this page has been live before. */
  wasLive = false;
  private readonly refused: (code: string) => void;
  private cursor: string | undefined;
  private bootstrapped = false;
  private isIdle = false;
  private isLookedAt = false;
  private readonly wanted = new Set<string>();
  private readonly ends: Cancel[] = [];
  private readonly locks: Locks;

  constructor(options: SessionOptions) {
    const { me, api, clock, store } = options;
    this.me = me;
    this.firm = me.firm;
    this.api = api;
    this.clock = clock;
    this.store = store;
    this.refused = options.refused;
    this.locks = options.locks;
    this.network = options.network;
    this.crypto = options.crypto;
    this.roster = new Roster(me.person.id, [me.person]);
    this.directory = new Directory({
      ...options,
      roster: this.roster,
      named: (firm) => {
        this.firm = firm;
        this.statusChanged.emit();
      },
    });
    const now = () => this.serverNow();
    this.moments = new Moments({ clock, roster: this.roster, now });
    this.typing = new Typing(clock);
    this.timelines = new Timelines(api, me.person.id);
    this.drafts = new Drafts(clock, store, options.channel);
    this.draftFiles = new DraftFiles(this.drafts, store);
    this.scheduled = new Scheduled(api);
    const say = (frame: wire.AnyClientFrame) => this.connection.send(frame);
    this.positions = new Positions({ clock, roster: this.roster, me: me.person.id, say });
    this.keeper = new Keeper({ clock, store, take: () => this.kept.take(this.cursor) });
    this.outbox = new Outbox({
      ...options,
      me: me.person.id,
      drafted: () => this.draftFiles.ids(),
      say,
      dropped: (entry, refusal) => this.dropped.emit({ entry, refusal }),
    });
    this.crossings = new Crossings(store, this.outbox);
    this.quiet = new Quiet({ clock, outbox: this.outbox, me: me.person.id });
    this.kept = new Kept(this);
    this.connection = this.makeConnection(options);
  }

  /** Shows what is kept and comes in time, then connects. Resolves once what is kept is shown. */
  async start(): Promise<void> {
    this.listen();
    const unsent = Promise.all([this.drafts.start(), this.outbox.start()]);
    const [kept] = await Promise.all([inTime(this.clock, this.store.snapshot()), unsent]);
    if (kept?.me.person.id === this.me.person.id) this.cursor = this.kept.show(kept);
    this.keeper.start(this.locks);
    this.connection.start();
  }

  stop(): void {
    for (const end of this.ends.splice(0)) end();
    this.connection.stop();
    this.outbox.stop();
    this.quiet.stop();
    this.drafts.stop();
    this.draftFiles.stop();
    this.keeper.stop();
    this.directory.stop();
    this.moments.stop();
  }

  /** Milliseconds since 1970, as the server has it. */
  serverNow(): number {
    return this.clock.now() - this.clockAhead;
  }

  /** Nobody has touched this device for a while, or somebody does again. */
  idle(on: boolean): void {
    this.isIdle = on;
    this.connection.send({ t: "idle", on });
  }

  /** Somebody looks at the page, or no longer. */
  looking(on: boolean): void {
    this.isLookedAt = on;
    this.connection.send({ t: "looking", on });
  }

  /** The page may be about to go away; resolves once all is kept that can be in time. */
  async flush(): Promise<void> {
    this.positions.flush();
    await inTime(this.clock, Promise.all([this.drafts.flush(), this.keeper.flush()]));
  }

  /** Asks the server for a conversation and takes the answer in. */
  async refresh(conv: string): Promise<void> {
    this.wanted.delete(conv);
    const question = this.roster.ask(conv);
    try {
      this.roster.answered(question, await this.api.conversation(conv));
    } catch (error) {
      this.roster.answered(question, undefined);
      if (failureOf(error).name === "Unreachable") this.wanted.add(conv);
    }
  }

  /** The server named people outside of whom this page did not know: what it shows is old. */
  correct(conv: string, outside: readonly string[] = []): Promise<void> {
    this.roster.expect(outside, 1);
    return this.refresh(conv);
  }

  private makeConnection(options: SessionOptions): Connection {
    const { clock, random, openSocket, refused, api } = options;
    return new Connection({
      clock,
      random,
      openSocket,
      ticket: async () => {
        if (!this.bootstrapped) {
          const cursor = await this.bootstrap();
          this.cursor ??= cursor;
        }
        return api.ticket();
      },
      check: () => api.me(),
      cursor: () => this.cursor,
      events: {
        changed: (state) => this.moved(state),
        welcomed: (welcome) => this.welcomed(welcome),
        resumed: (cursor) => this.resumed(cursor),
        events: (frame) => this.take(frame),
        answered: (frame) => this.answered(frame),
        ephemeral: (frame) => this.ephemeral(frame),
        cut: (why) => this.outbox.cut(why),
        resync: () => this.resync(),
        refused,
      },
    });
  }

  private listen(): void {
    this.ends.push(
      this.roster.changed.subscribe(() => this.keeper.touch()),
      this.timelines.changed.subscribe(() => this.keeper.touch()),
      this.roster.wanted.subscribe((conv) => void this.refresh(conv)),
      this.roster.stranger.subscribe((hearers) => this.directory.learn(hearers)),
      this.network.subscribe(() => {
        this.connection.doubt();
        this.statusChanged.emit();
      }),
    );
  }

  /** Fetches the lists; the cursor that they end with. */
  private async bootstrap(): Promise<string> {
    const lists = await this.api.bootstrap();
    if (lists.me.person.id !== this.me.person.id) throw this.othersSession();
    this.bootstrapped = true;
    this.roster.load(lists.people, lists.conversations);
    this.roster.setOnline(lists.online);
    this.quiet.take(lists.quiet_hours);
    return lists.cursor;
  }

  /** In another tab somebody else signed in; the session of this browser is theirs now. */
  private othersSession(): Refused {
    this.connection.stop();
    this.refused("other_person");
    return new Refused(401, "other_person", "Somebody else signed in.");
  }

  private async resync(): Promise<void> {
    // Until the lists are there the old cursor stays: with none, a hello would skip what was missed.
    this.cursor = await this.bootstrap();
    this.timelines.reset();
    this.keeper.touch();
    void this.keeper.flush();
  }

  private moved(state: ConnectionState): void {
    if (state === "waiting" || state === "resyncing" || state === "ended") {
      this.outbox.lost();
      // Who is online is not known without a line.
      this.roster.setOnline([]);
    }
    this.statusChanged.emit();
  }

  private welcomed(welcome: wire.Welcome): void {
    if (welcome.person !== this.me.person.id) {
      this.othersSession();
      return;
    }
    this.limits = welcome.limits;
    this.offChannel = welcome.off_channel ?? false;
    this.orders = welcome.orders ?? "off";
    this.ordersBanner = welcome.orders_banner ?? {};
    this.complaints = welcome.complaints;
    this.calls = welcome.calls ?? {};
    this.lockMinutes = welcome.lock_minutes ?? 0;
    this.keepDays(welcome.kept_days ?? KEPT_DAYS);
    this.clockAhead = this.clock.now() - Date.parse(welcome.server_time);
    this.roster.setOnline([]);
    this.attendance.begin();
    this.record(welcome.recording);
  }

  private resumed(cursor: string): void {
    this.cursor = cursor;
    if (this.wasLive) this.directory.lookAgain();
    this.wasLive = true;
    this.positions.restate();
    if (this.isIdle) this.idle(true);
    if (this.isLookedAt) this.looking(true);
    this.outbox.resumed();
    this.timelines.again();
    // Clients have nothing sent later.
    if (this.me.person.kind !== "client") void this.scheduled.refresh();
    for (const conv of [...this.wanted]) void this.refresh(conv);
    // No event tells of a removal in a conversation that was left.
    for (const { id, left } of this.roster.conversations.values()) {
      if (left) this.timelines.resetOne(id);
    }
    this.keeper.touch();
    this.statusChanged.emit();
    this.selfChanged.emit();
  }

  private take(frame: wire.Events): void {
    for (const event of frame.events) {
      this.crossings.arrived(event);
      followRemoval(this.drafts, event);
      this.outbox.arrived(event);
      if (event.type === "quiet_hours.set") {
        this.quiet.take(event);
        continue;
      }
      if (isPersonal(event)) {
        this.roster.note(event);
        this.timelines.note(event);
        continue;
      }
      this.roster.apply(event);
      this.timelines.apply(event);
      this.positions.arrived(event);
      if (event.type === "message.sent") this.typing.ended(event.conv, event.actor);
      else if (this.showsMore(event)) this.timelines.resetOne(event.conv);
    }
    this.cursor = frame.cursor;
    this.keeper.touch();
  }

  /** Whether an event lets this person see rows that lie between or before those they see. */
  private showsMore(event: wire.AnyEvent): boolean {
    const { id } = this.me.person;
    if (changesRelationship(event)) return joining(event) === id;
    return (
      (event.type === "member.added" || event.type === "history.shared") && event.person === id
    );
  }

  private answered(frame: wire.Ack | wire.Nack | wire.Pending): void {
    if (frame.t === "ack") {
      const { id, conv_seq, at, msg_no } = frame;
      this.outbox.acked(id, { conv_seq, at, ...(msg_no === undefined ? {} : { msg_no }) });
    } else if (frame.t === "nack") {
      const { code, detail, outside } = frame;
      const named = outside === undefined ? {} : { outside };
      const sent = this.outbox.get(frame.id);
      this.outbox.nacked(frame.id, { code, detail, ...named }, frame.retry_after);
      if (code === NOT_CONFIRMED && sent) this.correct(sent.entry.conv, outside);
    } else this.outbox.pending(frame.id, frame.retry_after);
  }

  private ephemeral(frame: wire.Ephemeral): void {
    for (const item of frame.items) {
      if (item.k === "typing") this.typing.began(item);
      else if (item.k === "presence") this.roster.presence(item);
      else if (item.k === "recording") this.record(item.state);
      else if (item.k === "scheduled") void this.scheduled.refresh();
      else if (item.k === "directory") {
        this.directory.take(item);
        if (item.person?.id === this.me.person.id) this.selfChanged.emit();
      } else this.attendance.take(item);
    }
  }

  private record(state: wire.Welcome["recording"]): void {
    if (this.recording === state) return;
    this.recording = state;
    if (state === "on") this.outbox.release();
    this.statusChanged.emit();
  }

  /** What is older goes from the device at once. */
  private keepDays(days: number): void {
    if (days === this.kept.days) return;
    this.kept.days = days;
    this.keeper.touch();
    void this.keeper.flush();
  }
}
