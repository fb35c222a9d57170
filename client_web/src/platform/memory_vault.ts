/** Keeps everything in memory, where the browser keeps nothing (some private windows). */
import type { OutboxEntry } from "../session/outbox_entry";
import type { Content, Store, Vault } from "../session/ports";
import { Signal } from "../session/signal";
import type { Snapshot } from "../session/snapshot";

export class MemoryVault implements Vault {
  private kept: { readonly owner: string; readonly store: Store } | undefined;

  async existing(): Promise<{ readonly owner: string; readonly store: Store } | undefined> {
    return this.kept;
  }

  async create(owner: string): Promise<Store> {
    const store = new MemoryStore();
    this.kept = { owner, store };
    return store;
  }

  async destroy(owner?: string): Promise<void> {
    if (owner === undefined || this.kept?.owner === owner) this.kept = undefined;
  }
}

export class MemoryStore implements Store {
  readonly keeps = false;
  readonly keepsChanged = new Signal();
  private readonly rows = new Map<string, OutboxEntry>();
  private readonly texts = new Map<string, string>();
  private readonly contents = new Map<string, Content>();
  private readonly agreements = new Map<string, readonly string[]>();
  private kept: Snapshot | undefined;

  async outbox(): Promise<readonly OutboxEntry[]> {
    return [...this.rows.values()];
  }

  async putOutbox(entry: OutboxEntry): Promise<boolean> {
    this.rows.set(entry.id, entry);
    return true;
  }

  async deleteOutbox(id: string): Promise<void> {
    this.rows.delete(id);
  }

  async snapshot(): Promise<Snapshot | undefined> {
    return this.kept;
  }

  async putSnapshot(snapshot: Snapshot): Promise<void> {
    this.kept = snapshot;
  }

  async drafts(): Promise<ReadonlyMap<string, string>> {
    return new Map(this.texts);
  }

  async putDraft(conversation: string, text: string): Promise<void> {
    if (text === "") this.texts.delete(conversation);
    else this.texts.set(conversation, text);
  }

  async putFile(id: string, file: Content): Promise<boolean> {
    this.contents.set(id, file);
    return false;
  }

  async file(id: string): Promise<Content | undefined> {
    return this.contents.get(id);
  }

  async deleteFile(id: string): Promise<void> {
    this.contents.delete(id);
  }

  async keepFiles(ids: ReadonlySet<string>): Promise<void> {
    for (const id of [...this.contents.keys()]) if (!ids.has(id)) this.contents.delete(id);
  }

  async agreed(conversation: string): Promise<readonly string[]> {
    return this.agreements.get(conversation) ?? [];
  }

  async agree(conversation: string, people: readonly string[]): Promise<void> {
    this.agreements.set(conversation, people);
  }
}
