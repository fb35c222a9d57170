/**
 * Commands on their way to the record: kept on the device first, sent by one tab, each until it is
 * known what became of it.
 *
 *     queued --sent--> in flight --ack--> recorded --its event arrives--> gone
 *     in flight --pending, no answer, lost--> queued (the same id is sent again)
 *     in flight --nack with retry_after--> queued, held until then
 *     queued, held for some seconds --taken back--> gone
 *     in flight --nack--> refused: it waits for the person (retry, discard), or is dropped
 *     in flight --the server closes the socket, three times, for this one--> refused (retry)
 *
 * In a conversation one command is in flight at a time: order holds whatever fails. The tab that
 * holds the lock sends, and deletes what another died of deleting; the others put rows and hear.
 */
import type { AnyCommand, AnyEvent } from "../wire/types.gen";
import { eventIdOf, newClientId } from "./ids";
import { inTime } from "./in_time";
import {
  byOrder,
  counted,
  Done,
  type Extras,
  isUnsent,
  KEPT,
  type OutboxEntry,
  type OutboxItem,
  type Recorded,
  type Refusal,
  type Wish,
  waitsForFiles,
} from "./outbox_entry";
import {
  type Attachment,
  again,
  type Change,
  firstWithFiles,
  WaitingFiles,
  withBlob,
} from "./outbox_files";
import { Holds, liesIn } from "./outbox_holds";
import type { OutboxNews, OutboxOptions } from "./outbox_options";
import { OutboxSender } from "./outbox_sender";
import type { Cancel } from "./ports";
import { Signal } from "./signal";
import { wireTime } from "./times";
import { Uploads } from "./uploads";

export type { OutboxItem, Wish } from "./outbox_entry";

export class Outbox {
  /** With the conversation in which something changed. */
  readonly changed = new Signal<string>();
  /** With the file of which so many bytes have arrived. */
  readonly moved = new Signal<{ readonly file: string; readonly bytes: number }>();
  private readonly options: OutboxOptions;
  private readonly sender: OutboxSender;
  private readonly uploads: Uploads;
  readonly files: WaitingFiles;
  private readonly holds: Holds;
  private readonly items = new Map<string, OutboxItem>();
  private readonly done = new Done();
  /** Shown, but not kept on the device yet. */
  private readonly unstored = new Set<string>();
  /** These the device did not take, or not in time: they are sent all the same. */
  private readonly loose = new Set<string>();
  /** Recorded before the connection was lost: the next replay brings their events. */
  private replayed: string[] = [];
  /** Puts happen one after the other, in the order in which they were asked for. */
  private last: Promise<unknown> = Promise.resolve();
  private lastOrder = 0;
  /** A suspect was in flight, and nothing beside it. */
  private othersWaited = false;
  private stopped = false;
  private readonly ends: Cancel[] = [];

  constructor(options: OutboxOptions) {
    this.options = options;
    this.sender = new OutboxSender({
      clock: options.clock,
      say: options.say,
      next: (conv) => this.first(conv),
    });
    this.files = new WaitingFiles(options.clock, options.store);
    this.holds = new Holds(options.clock, (id) => void this.free(id));
    this.uploads = new Uploads({
      ...options,
      store: this.files,
      next: () => firstWithFiles(this.entries().filter((entry) => this.mayGo(entry))),
      wanted: (id) => this.items.has(id),
      stored: (id, file, blob) => this.inTurn(() => this.fileStored(id, file, blob)),
      refused: (id, refusal) => this.refuse(id, refusal),
      moved: (file, bytes) => {
        options.channel.post({ k: "moved", file, bytes });
        this.moved.emit({ file, bytes });
      },
    });
  }

  /** Reads what an earlier visit left, listens to the other tabs, and waits to be the one that sends. */
  async start(): Promise<void> {
    const { channel, locks } = this.options;
    this.ends.push(channel.subscribe((news) => this.hear(news)));
    await inTime(this.options.clock, this.read());
    if (this.stopped) return;
    this.ends.push(locks.hold("onrecord-outbox", () => void this.lead()));
  }

  stop(): void {
    this.stopped = true;
    for (const end of this.ends.splice(0)) end();
    this.sender.stop();
    this.uploads.stop();
    this.holds.stop();
  }

  /** Commands of a conversation in their order, those recorded included until their event arrives. */
  in(conv: string): readonly OutboxItem[] {
    return [...this.items.values()]
      .filter(({ entry }) => entry.conv === conv)
      .sort((a, b) => byOrder(a.entry, b.entry));
  }

  get(id: string): OutboxItem | undefined {
    return this.items.get(id);
  }

  /** How many are not on the record, and how many of these were refused. */
  count(): ReturnType<typeof counted> {
    return counted([...this.items.values()]);
  }

  /** Whether something would be lost with the page: it is neither on the device nor on the record. */
  get losable(): boolean {
    if (this.unstored.size > 0) return true;
    const { store } = this.options;
    return (this.loose.size > 0 || !store.keeps) && this.count().unsent > 0;
  }

  /**
   * Puts a command in; resolves once it is kept on the device. It is shown at once, also while
   * earlier ones are still being kept. A message with files lets others overtake it.
   */
  add(wish: Wish, attached: readonly Attachment[] = [], extras: Extras = {}): Promise<OutboxEntry> {
    const { me, clock, crypto, store } = this.options;
    const now = clock.now();
    const id = newClientId(now, crypto);
    const order = this.nextOrder();
    const files = attached.map((each) => this.files.choose(each, newClientId(now, crypto)));
    const until = extras.held && store.keeps ? { heldUntil: this.holds.until() } : {};
    const { held: _held, ...kept } = extras;
    const waits = { ...(files.length === 0 ? {} : { files }), ...kept, ...until };
    const made = eventIdOf(me, id, crypto).then((eventId) => {
      const claimed = wish.t === "send" ? { claimed_at: wireTime(now) } : {};
      const command = { ...wish, ...claimed, id } as AnyCommand;
      const entry = { id, eventId, conv: wish.conv, command, at: wireTime(now), order, ...waits };
      this.show(entry);
      return entry;
    });
    return this.inTurn(async () => {
      const entry = await made;
      await this.files.keep(files);
      await this.store(entry);
      return entry;
    });
  }

  /** Sends a refused command again, under the same id (it was never journaled), less what is in its way. */
  async retry(id: string, change: Change = {}): Promise<void> {
    const item = this.items.get(id);
    if (item?.entry.refusal === undefined) return;
    const entry = again(item.entry, change);
    await this.inTurn(() => this.put({ ...entry, order: this.nextOrder() }));
  }

  /**
   * Forgets a command that was refused, is held or waits for its files, unless it may be on the
   * record after all; the entry, for a way back. Its files stay here until the next visit.
   */
  discard(id: string): OutboxEntry | undefined {
    const entry = this.items.get(id)?.entry;
    if (entry === undefined || entry.refusal?.unsure) return undefined;
    const waits = waitsForFiles(entry) || this.holds.mayTakeBack(entry);
    if (entry.refusal === undefined && !waits) return undefined;
    this.end(id);
    return entry;
  }

  /** Those of a conversation that can be taken back still, by `discard`. */
  held(conv: string): readonly OutboxEntry[] {
    return this.in(conv).flatMap(({ entry }) => (this.holds.mayTakeBack(entry) ? [entry] : []));
  }

  async restore(entry: OutboxEntry): Promise<void> {
    this.done.forget(entry.id);
    this.options.channel.post({ k: "back", id: entry.id });
    await this.inTurn(() => this.put(entry));
  }

  /** An event arrived: if it is what a command became, the command is done. */
  arrived(event: AnyEvent): void {
    if (event.actor !== this.options.me) return;
    this.done.add(event.event_id);
    const entry = this.entries().find(({ eventId }) => eventId === event.event_id);
    if (entry === undefined) return;
    this.end(entry.id);
    this.files.forget(entry);
  }

  /** The replay is complete: it held what was recorded before, and the rest can be sent. */
  resumed(): void {
    for (const id of this.replayed.splice(0)) this.end(id);
    this.sendAll();
    this.uploads.again();
  }

  /** Recording is back: what was held is sent at once. */
  release(): void {
    this.sender.release();
    this.sendAll();
    this.uploads.again();
  }

  /** The connection is gone; what was in flight has no answer. */
  lost(): void {
    this.sender.lost();
    const recorded = [...this.items.values()].filter((item) => item.recorded !== undefined);
    this.replayed = recorded.map(({ entry }) => entry.id);
  }

  /** The server closed the socket. One that it does so for each time must not stop all others. */
  cut(why: Pick<Refusal, "code" | "detail"> | undefined): void {
    const id = this.sender.cut();
    if (id === undefined) return;
    const detail = why === undefined ? "" : `${why.code}: ${why.detail}`;
    this.refuse(id, { code: "connection_closed", detail, unsure: true });
  }

  acked(id: string, recorded: Recorded): void {
    const item = this.items.get(id);
    this.answered(id);
    this.sender.settled(id);
    void this.options.store.deleteOutbox(id);
    if (item === undefined) return;
    this.files.forget(item.entry);
    this.options.channel.post({ k: "recorded", id, recorded });
    this.keep({ entry: item.entry, recorded });
    this.goOn(item.entry.conv);
  }

  nacked(id: string, refusal: Refusal, retryAfter: number | undefined): void {
    if (retryAfter !== undefined) this.pending(id, retryAfter);
    else {
      this.answered(id);
      this.refuse(id, refusal);
    }
  }

  pending(id: string, retryAfter: number): void {
    this.answered(id);
    this.sender.hold(id, retryAfter);
    this.goOn(undefined);
  }

  /** It waits for the person where they wrote it, or is dropped. */
  private refuse(id: string, refusal: Refusal): void {
    const item = this.items.get(id);
    this.sender.settled(id);
    if (item === undefined) return;
    if (KEPT.has(item.entry.command.t)) {
      const refused = { ...item.entry, refusal };
      this.keep({ entry: refused });
      void this.inTurn(() => this.put(refused));
    } else {
      this.end(id);
      this.options.dropped(item.entry, refusal);
    }
    this.goOn(item.entry.conv);
  }

  /** Whether others waited for it is noted before it is cleared. */
  private answered(id: string): void {
    this.othersWaited = this.sender.suspicious;
    this.sender.answered(id);
  }

  /** Sends the next of a conversation, and of all others that waited. */
  private goOn(conv: string | undefined): void {
    if (this.othersWaited) this.sendAll();
    else if (conv !== undefined) this.sender.pump(conv);
  }

  private first(conv: string): OutboxEntry | undefined {
    const item = this.in(conv).find(isUnsent);
    // Nothing overtakes what is not kept yet, or held.
    return item !== undefined && this.mayGo(item.entry) ? item.entry : undefined;
  }

  private mayGo({ id, heldUntil }: OutboxEntry): boolean {
    return heldUntil === undefined && !this.unstored.has(id);
  }

  private async fileStored(id: string, file: string, blob: string): Promise<void> {
    const entry = this.items.get(id)?.entry;
    if (entry !== undefined) await this.put(withBlob(entry, file, blob));
  }

  private entries(): readonly OutboxEntry[] {
    return [...this.items.values()].map(({ entry }) => entry);
  }

  /** This tab is the one that sends: also what another one kept and could not tell of. */
  private async lead(): Promise<void> {
    const reading = this.read();
    await inTime(this.options.clock, reading);
    if (this.stopped) return;
    this.sender.enable();
    this.sendAll();
    this.uploads.enable();
    // A file is forgotten only once it is known what waits for one.
    await reading;
    const waiting = this.entries().flatMap(({ files = [] }) => files.map(({ id }) => id));
    await this.options.store.keepFiles(new Set([...waiting, ...(await this.options.drafted())]));
  }

  /** What comes late is sent as soon as it is here. */
  private async read(): Promise<void> {
    const rows = await this.options.store.outbox();
    if (this.stopped) return;
    for (const entry of rows) {
      if (this.done.has(entry)) void this.options.store.deleteOutbox(entry.id);
      else if (!this.items.has(entry.id)) this.keep({ entry });
    }
    this.sendAll();
    this.uploads.go();
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.last.then(work);
    this.last = turn.catch(() => undefined);
    return turn;
  }

  private sendAll(): void {
    for (const conv of new Set(this.entries().map((each) => each.conv))) this.sender.pump(conv);
  }

  /** Shows it, keeps it on the device if that is in time, and only then lets it be sent. */
  private async put(entry: OutboxEntry): Promise<void> {
    this.show(entry);
    await this.store(entry);
  }

  private show(entry: OutboxEntry): void {
    if (this.done.has(entry)) return;
    this.unstored.add(entry.id);
    this.keep({ entry });
  }

  private async store(entry: OutboxEntry): Promise<void> {
    if (!this.unstored.has(entry.id)) return;
    const kept = await this.options.store.putOutbox(entry);
    // Taken back or discarded meanwhile.
    if (this.done.has(entry)) return this.options.store.deleteOutbox(entry.id);
    this.unstored.delete(entry.id);
    this.lies(entry.id, kept);
    this.options.channel.post({ k: "put", entry, ...(kept ? {} : { loose: true }) });
    this.sender.pump(entry.conv);
    this.uploads.go();
  }

  private lies(id: string, kept: boolean): void {
    if (kept) this.loose.delete(id);
    else this.loose.add(id);
  }

  private end(id: string): void {
    void this.options.store.deleteOutbox(id);
    this.options.channel.post({ k: "gone", id });
    this.drop(id);
  }

  private hear(news: OutboxNews): void {
    if (news.k === "moved") this.moved.emit(news);
    else if (news.k === "gone") this.drop(news.id);
    else if (news.k === "back") this.done.forget(news.id);
    else if (news.k === "put") {
      this.lies(news.entry.id, !news.loose);
      this.take({ entry: news.entry });
    } else if (news.k === "recorded") {
      const item = this.items.get(news.id);
      if (item !== undefined) this.keep({ ...item, recorded: news.recorded });
    }
  }

  /** It is held no longer; the tab that sends looks whether another one took it back. */
  private async free(id: string): Promise<void> {
    const { clock, store } = this.options;
    const looks = this.sender.isEnabled && !this.unstored.has(id) && !this.loose.has(id);
    if (looks && !(await liesIn(clock, store, id))) this.drop(id);
    else this.take(this.items.get(id));
  }

  /** It goes as soon as its turn has come. */
  private take(item: OutboxItem | undefined): void {
    if (item === undefined) return;
    this.keep(item);
    this.sender.pump(item.entry.conv);
    this.uploads.go();
  }

  private keep(item: OutboxItem): void {
    const entry = this.holds.watch(item.entry);
    this.lastOrder = Math.max(this.lastOrder, entry.order);
    if (this.done.has(entry)) return;
    this.items.set(entry.id, entry === item.entry ? item : { ...item, entry });
    this.changed.emit(entry.conv);
  }

  private drop(id: string): void {
    this.done.add(id);
    const deletes = this.sender.isEnabled || this.loose.delete(id);
    if (deletes) void this.options.store.deleteOutbox(id);
    this.unstored.delete(id);
    this.holds.forget(id);
    this.sender.settled(id);
    const item = this.items.get(id);
    if (item === undefined) return;
    this.items.delete(id);
    this.changed.emit(item.entry.conv);
    this.sender.pump(item.entry.conv);
  }

  private nextOrder(): number {
    this.lastOrder = Math.max(this.lastOrder + 1, this.options.clock.now());
    return this.lastOrder;
  }
}
