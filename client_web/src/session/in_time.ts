/**
 * A device that does not answer holds nothing up: what a person sees or sends waits for it for a
 * moment only. WebKit sometimes lets reads and writes wait for a minute, or for ever.
 *
 * What was asked goes on: a read that comes late is news, and a write that comes late lies there in
 * the order in which it was asked for.
 */
import type { OutboxEntry } from "./outbox_entry";
import type { Clock, Content, Store, Vault } from "./ports";
import { Signal } from "./signal";
import type { Snapshot } from "./snapshot";

const PATIENCE_MS = 2_000;
/** Nobody waits for a snapshot, and those that wait to be kept must not heap up. */
const SNAPSHOT_MS = 60_000;
/** Bytes in a millisecond that the slowest device keeps. */
const FILE_SPEED = 10_000;

/** What comes of some work; undefined: it takes longer, and goes on. */
export function inTime<T>(
  clock: Clock,
  work: Promise<T>,
  milliseconds = PATIENCE_MS,
): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(milliseconds, () => resolve(undefined));
    work.finally(cancel).then(resolve, reject);
  });
}

/**
 * A store of which each write ends in time: one that takes longer counts as not kept. Reads come
 * when they come; who shows or sends something waits for them by `inTime`.
 */
export class TimelyStore implements Store {
  readonly keepsChanged = new Signal();
  private readonly clock: Clock;
  private readonly store: Promise<Store>;
  private here: Store | undefined;
  /** A write takes too long, and none has ended since. */
  private late = false;

  /** `store`: one that is still to come keeps nothing until then. */
  constructor(clock: Clock, store: Store | Promise<Store>) {
    this.clock = clock;
    this.store = Promise.resolve(store);
    if (store instanceof Promise) store.then((come) => this.arrive(come)).catch(() => undefined);
    else this.arrive(store);
  }

  get keeps(): boolean {
    return !this.late && (this.here?.keeps ?? false);
  }

  outbox(): Promise<readonly OutboxEntry[]> {
    return this.store.then((store) => store.outbox());
  }

  async putOutbox(entry: OutboxEntry): Promise<boolean> {
    return (await this.write((store) => store.putOutbox(entry))) ?? false;
  }

  deleteOutbox(id: string): Promise<void> {
    return this.write((store) => store.deleteOutbox(id));
  }

  snapshot(): Promise<Snapshot | undefined> {
    return this.store.then((store) => store.snapshot());
  }

  putSnapshot(snapshot: Snapshot): Promise<void> {
    return this.write((store) => store.putSnapshot(snapshot), SNAPSHOT_MS);
  }

  drafts(): Promise<ReadonlyMap<string, string>> {
    return this.store.then((store) => store.drafts());
  }

  putDraft(conversation: string, text: string): Promise<void> {
    return this.write((store) => store.putDraft(conversation, text));
  }

  async putFile(id: string, file: Content): Promise<boolean> {
    const patience = PATIENCE_MS + file.size / FILE_SPEED;
    return (await this.write((store) => store.putFile(id, file), patience)) ?? false;
  }

  file(id: string): Promise<Content | undefined> {
    return this.store.then((store) => store.file(id));
  }

  deleteFile(id: string): Promise<void> {
    return this.write((store) => store.deleteFile(id));
  }

  keepFiles(ids: ReadonlySet<string>): Promise<void> {
    return this.write((store) => store.keepFiles(ids));
  }

  agreed(conversation: string): Promise<readonly string[]> {
    return this.store.then((store) => store.agreed(conversation));
  }

  agree(conversation: string, people: readonly string[]): Promise<void> {
    return this.write((store) => store.agree(conversation, people));
  }

  private arrive(store: Store): void {
    store.keepsChanged.subscribe(() => this.keepsChanged.emit());
    this.change(() => {
      this.here = store;
    });
  }

  private async write<T>(
    work: (store: Store) => Promise<T>,
    patience = PATIENCE_MS,
  ): Promise<T | undefined> {
    let ended = false;
    const ending = this.store.then(work).finally(() => {
      ended = true;
      this.setLate(false);
    });
    const came = await inTime(this.clock, ending, patience);
    if (!ended) this.setLate(true);
    return came;
  }

  private setLate(late: boolean): void {
    this.change(() => {
      this.late = late;
    });
  }

  private change(change: () => void): void {
    const before = this.keeps;
    change();
    if (this.keeps !== before) this.keepsChanged.emit();
  }
}

/** A vault that may open late, and whose stores are timely. */
export class TimelyVault {
  private readonly clock: Clock;
  private readonly vault: Promise<Vault>;
  private opening: Promise<unknown> = Promise.resolve();

  constructor(clock: Clock, vault: Vault | Promise<Vault>) {
    this.clock = clock;
    this.vault = Promise.resolve(vault);
  }

  /** What an earlier visit left; it comes when it comes. */
  async existing(): Promise<{ readonly owner: string; readonly store: TimelyStore } | undefined> {
    const kept = await (await this.vault).existing();
    return kept && { owner: kept.owner, store: new TimelyStore(this.clock, kept.store) };
  }

  /** What this person has here, or a new store; in time, also where the device comes late. */
  async open(owner: string): Promise<TimelyStore> {
    const { clock } = this;
    const opening = this.openLate(owner);
    this.opening = opening.catch(() => undefined);
    return new TimelyStore(clock, (await inTime(clock, opening)) ?? opening);
  }

  /** Destroys the key and all rows of this owner, also what is being opened; nobody waits longer. */
  async destroy(owner?: string): Promise<void> {
    const destroying = this.opening.then(async () => (await this.vault).destroy(owner));
    await inTime(this.clock, destroying);
  }

  private async openLate(owner: string): Promise<Store> {
    const vault = await this.vault;
    const kept = await vault.existing();
    return kept?.owner === owner ? kept.store : vault.create(owner);
  }
}
