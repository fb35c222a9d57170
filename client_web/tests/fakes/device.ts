/** What one browser gives its tabs: storage, a channel between them, locks, randomness. */
import { createHash } from "node:crypto";
import type { Crypto } from "../../src/session/ids";
import type { OutboxEntry } from "../../src/session/outbox_entry";
import type { Cancel, Channel, Content, Locks, Network, Store } from "../../src/session/ports";
import { Signal } from "../../src/session/signal";
import type { Snapshot } from "../../src/session/snapshot";

/** Numbers that look random and are the same in each run (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function fakeCrypto(random: () => number): Crypto {
  return {
    random: (bytes) => bytes.map(() => Math.floor(random() * 256)),
    sha256: async (bytes) => new Uint8Array(createHash("sha256").update(bytes).digest()),
  };
}

export class FakeStore implements Store {
  readonly rows = new Map<string, OutboxEntry>();
  readonly texts = new Map<string, string>();
  readonly files = new Map<string, Content>();
  readonly agreements = new Map<string, readonly string[]>();
  kept: Snapshot | undefined;
  keeps = true;
  /** What writes of outbox rows wait for, in the order in which they were asked for. */
  busy: Promise<void> | undefined;
  readonly keepsChanged = new Signal();

  async outbox(): Promise<readonly OutboxEntry[]> {
    return structuredClone([...this.rows.values()]);
  }

  async putOutbox(entry: OutboxEntry): Promise<boolean> {
    await this.busy;
    this.rows.set(entry.id, structuredClone(entry));
    return true;
  }

  async deleteOutbox(id: string): Promise<void> {
    await this.busy;
    this.rows.delete(id);
  }

  async snapshot(): Promise<Snapshot | undefined> {
    return structuredClone(this.kept);
  }

  async putSnapshot(snapshot: Snapshot): Promise<void> {
    this.kept = structuredClone(snapshot);
  }

  async drafts(): Promise<ReadonlyMap<string, string>> {
    return new Map(this.texts);
  }

  async putDraft(conversation: string, text: string): Promise<void> {
    if (text === "") this.texts.delete(conversation);
    else this.texts.set(conversation, text);
  }

  async putFile(id: string, file: Content): Promise<boolean> {
    this.files.set(id, file);
    return this.keeps;
  }

  async file(id: string): Promise<Content | undefined> {
    return this.files.get(id);
  }

  async deleteFile(id: string): Promise<void> {
    this.files.delete(id);
  }

  async keepFiles(ids: ReadonlySet<string>): Promise<void> {
    for (const id of [...this.files.keys()]) if (!ids.has(id)) this.files.delete(id);
  }

  async agreed(conversation: string): Promise<readonly string[]> {
    return this.agreements.get(conversation) ?? [];
  }

  async agree(conversation: string, people: readonly string[]): Promise<void> {
    this.agreements.set(conversation, people);
  }
}

/** Has these operations of a store or vault wait until what comes back is called; for ever, else. */
export function hang<T extends object>(device: T, ...names: (keyof T & string)[]): () => void {
  let go = () => {};
  const gate = new Promise<void>((resolve) => {
    go = resolve;
  });
  for (const name of names) {
    const does = (device[name] as (...given: unknown[]) => unknown).bind(device);
    const waits = async (...given: unknown[]) => {
      await gate;
      return does(...given);
    };
    Object.assign(device, { [name]: waits });
  }
  return go;
}

/** Messages reach the other ends of the same hub, in order, a turn later. */
export class FakeHub<T> {
  /** What the delivery of messages waits for: an end that is busy gets them late, in their order. */
  busy: Promise<void> | undefined;
  private readonly ends = new Set<(message: T) => void>();

  join(): Channel<T> {
    let own: ((message: T) => void) | undefined;
    return {
      post: (message) => {
        for (const end of this.ends) {
          if (end === own) continue;
          const { busy } = this;
          const arrive = () => this.ends.has(end) && end(structuredClone(message));
          if (busy === undefined) queueMicrotask(arrive);
          else void busy.then(arrive);
        }
      },
      subscribe: (listener) => {
        own = listener;
        this.ends.add(listener);
        return () => this.ends.delete(listener);
      },
    };
  }
}

export class FakeLocks implements Locks {
  private readonly waiting = new Map<string, (() => void)[]>();

  hold(name: string, gained: () => void): Cancel {
    const queue = this.waiting.get(name) ?? [];
    this.waiting.set(name, queue);
    queue.push(gained);
    if (queue.length === 1) queueMicrotask(() => queue[0] === gained && gained());
    return () => {
      const first = queue[0] === gained;
      const at = queue.indexOf(gained);
      if (at >= 0) queue.splice(at, 1);
      const next = queue[0];
      if (first && next !== undefined) queueMicrotask(() => queue[0] === next && next());
    };
  }
}

export class FakeNetwork implements Network {
  private up = true;
  private readonly listeners = new Set<() => void>();

  online(): boolean {
    return this.up;
  }

  set(up: boolean): void {
    this.up = up;
    for (const listener of this.listeners) listener();
  }

  subscribe(listener: () => void): Cancel {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  }
}
