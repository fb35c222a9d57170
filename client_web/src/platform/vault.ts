/**
 * What is kept on the device, in IndexedDB: one owner, one key, encrypted rows.
 *
 * Every write looks in its own transaction whether its key still stands. So a tab that has not
 * noticed yet that somebody signed out in another one can't leave rows behind.
 */
import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { OutboxEntry } from "../session/outbox_entry";
import type { Content, Store, Vault } from "../session/ports";
import { Signal } from "../session/signal";
import type { Snapshot } from "../session/snapshot";
import { KeptFiles } from "./kept_files";
import { MemoryStore } from "./memory_vault";
import { newRowKey, open, type SealedRow, seal } from "./sealed_rows";

const NAME = "onrecord";
const FORM = 2;
const SNAPSHOT = "snapshot";

interface KeyRow {
  readonly id: string;
  readonly owner: string;
  readonly key: CryptoKey;
}

type Table = "outbox" | "drafts" | "snapshots" | "files" | "agreements";

interface Schema extends DBSchema {
  keys: { key: string; value: KeyRow };
  outbox: { key: string; value: SealedRow };
  drafts: { key: string; value: SealedRow };
  snapshots: { key: string; value: SealedRow };
  files: { key: string; value: SealedRow };
  agreements: { key: string; value: SealedRow };
}

const TABLES: readonly Table[] = ["outbox", "drafts", "snapshots", "files", "agreements"];
/** The one row of `keys`. */
const KEY = "key";

type Database = IDBPDatabase<Schema>;

export class IndexedVault implements Vault {
  private readonly database: Database;

  private constructor(database: Database) {
    this.database = database;
  }

  /** Opens it; rejects where the browser keeps nothing. */
  static async open(): Promise<IndexedVault> {
    const database = await openDB<Schema>(NAME, FORM, {
      upgrade(fresh) {
        for (const table of ["keys", ...TABLES] as const) {
          if (!fresh.objectStoreNames.contains(table)) fresh.createObjectStore(table);
        }
      },
      // A newer version of the client in another tab wants to upgrade.
      blocking: () => database.close(),
    });
    return new IndexedVault(database);
  }

  async existing(): Promise<{ readonly owner: string; readonly store: Store } | undefined> {
    const row = await this.database.get("keys", KEY);
    return row && { owner: row.owner, store: new IndexedStore(this.database, row) };
  }

  async create(owner: string): Promise<Store> {
    try {
      return await this.createKept(owner);
    } catch (error) {
      // A full disk keeps nobody from signing in; what was here before must go all the same.
      if (!(error instanceof DOMException)) throw error;
      await this.destroy();
      return new MemoryStore();
    }
  }

  private async createKept(owner: string): Promise<Store> {
    const row = { id: crypto.randomUUID(), owner, key: await newRowKey() };
    const work = this.database.transaction(["keys", ...TABLES], "readwrite");
    await Promise.all([
      ...TABLES.map((table) => work.objectStore(table).clear()),
      work.objectStore("keys").put(row, KEY),
      work.done,
    ]);
    return new IndexedStore(this.database, row);
  }

  async destroy(owner?: string): Promise<void> {
    const work = this.database.transaction(["keys", ...TABLES], "readwrite");
    const row = await work.objectStore("keys").get(KEY);
    if (owner === undefined || row?.owner === owner) {
      await work.objectStore("keys").clear();
      for (const table of TABLES) await work.objectStore(table).clear();
    }
    await work.done;
  }
}

class IndexedStore implements Store {
  readonly keepsChanged = new Signal();
  private kept = true;
  private readonly database: Database;
  private readonly row: KeyRow;
  private readonly files: KeptFiles;
  /** What is asked for waits for what was being sealed: changes begin in the order of asking. */
  private sealed: Promise<unknown> = Promise.resolve();

  constructor(database: Database, row: KeyRow) {
    this.database = database;
    this.row = row;
    this.files = new KeptFiles(
      {
        get: (key) => ifOpen(() => database.get("files", key), undefined),
        keys: () => ifOpen(() => database.getAllKeys("files"), []),
        put: (key, sealed) => this.change("files", (rows) => rows.put(sealed, key)),
        drop: (keys) =>
          this.change("files", (rows) => Promise.all(keys.map((key) => rows.delete(key)))),
      },
      row.key,
    );
  }

  get keeps(): boolean {
    return this.kept;
  }

  async outbox(): Promise<readonly OutboxEntry[]> {
    const rows = await this.all("outbox");
    return [...rows.values()] as OutboxEntry[];
  }

  putOutbox(entry: OutboxEntry): Promise<boolean> {
    return this.put("outbox", entry.id, entry);
  }

  async deleteOutbox(id: string): Promise<void> {
    await this.change("outbox", (table) => table.delete(id));
  }

  async snapshot(): Promise<Snapshot | undefined> {
    const kept = (await this.all("snapshots")).get(SNAPSHOT) as Snapshot | undefined;
    return kept?.version === 1 ? kept : undefined;
  }

  async putSnapshot(snapshot: Snapshot): Promise<void> {
    await this.put("snapshots", SNAPSHOT, snapshot);
  }

  async drafts(): Promise<ReadonlyMap<string, string>> {
    return (await this.all("drafts")) as ReadonlyMap<string, string>;
  }

  async putDraft(conversation: string, text: string): Promise<void> {
    if (text !== "") await this.put("drafts", conversation, text);
    else await this.change("drafts", (table) => table.delete(conversation));
  }

  putFile(id: string, file: Content): Promise<boolean> {
    return this.files.put(id, file);
  }

  file(id: string): Promise<Content | undefined> {
    return this.files.get(id);
  }

  deleteFile(id: string): Promise<void> {
    return this.files.drop(id);
  }

  keepFiles(ids: ReadonlySet<string>): Promise<void> {
    return this.files.keep(ids);
  }

  async agreed(conversation: string): Promise<readonly string[]> {
    const people = (await this.all("agreements")).get(conversation);
    // An earlier version kept that there was a yes, and not to whom.
    return Array.isArray(people) ? people : [];
  }

  async agree(conversation: string, people: readonly string[]): Promise<void> {
    await this.put("agreements", conversation, people);
  }

  /** All rows of a table that this key opens. */
  private async all(table: Table): Promise<ReadonlyMap<string, unknown>> {
    const work = this.database.transaction(table);
    const [keys, rows] = await Promise.all([work.store.getAllKeys(), work.store.getAll()]);
    const opened = new Map<string, unknown>();
    for (const [index, key] of keys.entries()) {
      const row = rows[index];
      const value = row && (await open(this.row.key, `${table} ${key}`, row));
      if (value !== undefined) opened.set(key, value);
    }
    return opened;
  }

  private put(table: Table, key: string, value: unknown): Promise<boolean> {
    // A transaction does not wait for encryption, so that comes first.
    let row: SealedRow;
    const sealing = seal(this.row.key, `${table} ${key}`, value);
    const turn = this.sealed.then(async () => {
      row = await sealing;
    });
    this.sealed = turn.catch(() => undefined);
    return this.change(table, (rows) => rows.put(row, key), turn);
  }

  /** False: the device did not take it. */
  private async change(
    table: Table,
    change: (rows: Rows) => Promise<unknown>,
    turn = this.sealed,
  ): Promise<boolean> {
    await turn;
    try {
      const work = this.database.transaction(["keys", table], "readwrite");
      const standing = await work.objectStore("keys").get(KEY);
      const changed = standing?.id === this.row.id && change(work.objectStore(table));
      // What was asked for is kept even if the page goes now.
      work.commit();
      await Promise.all([changed, work.done]);
      this.setKept(true);
      return true;
    } catch (error) {
      // A full disk, or a database that is closing: what is kept here is a convenience.
      if (!(error instanceof DOMException)) throw error;
      this.setKept(false);
      return false;
    }
  }

  private setKept(kept: boolean): void {
    if (this.kept === kept) return;
    this.kept = kept;
    this.keepsChanged.emit();
  }
}

/** A database that is closing holds nothing any more. */
async function ifOpen<T>(look: () => Promise<T>, otherwise: T): Promise<T> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    return otherwise;
  }
}

interface Rows {
  put(row: SealedRow, key: string): Promise<unknown>;
  delete(key: string): Promise<unknown>;
}
