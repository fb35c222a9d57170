/**
 * Files that wait to be sent, in IndexedDB: each a head and its pieces, sealed one by one.
 *
 * The head comes last, so that what has one is whole. A file for which the device has no room stays
 * in memory, for as long as the page is open.
 */
import type { Content } from "../session/ports";
import { open, openBytes, type SealedRow, seal, sealBytes } from "./sealed_rows";

const PIECE_BYTES = 1024 * 1024;

interface Head {
  readonly type: string;
  readonly pieces: number;
}

/** The rows, by key. `put` and `drop` resolve to whether the device took it. */
export interface FileRows {
  get(key: string): Promise<SealedRow | undefined>;
  keys(): Promise<readonly string[]>;
  put(key: string, row: SealedRow): Promise<boolean>;
  drop(keys: readonly string[]): Promise<boolean>;
}

export class KeptFiles {
  private readonly rows: FileRows;
  private readonly key: CryptoKey;
  /** Those that the device had no room for. */
  private readonly loose = new Map<string, Content>();

  constructor(rows: FileRows, key: CryptoKey) {
    this.rows = rows;
    this.key = key;
  }

  async put(id: string, file: Content): Promise<boolean> {
    const pieces = Math.ceil(file.size / PIECE_BYTES);
    for (let index = 0; index < pieces; index += 1) {
      const piece = file.slice(index * PIECE_BYTES, (index + 1) * PIECE_BYTES);
      const name = pieceName(id, index);
      const row = await sealBytes(this.key, place(name), await piece.arrayBuffer());
      if (!(await this.rows.put(name, row))) return this.hold(id, file);
    }
    const head: Head = { type: file.type, pieces };
    const row = await seal(this.key, place(id), head);
    return (await this.rows.put(id, row)) || this.hold(id, file);
  }

  async get(id: string): Promise<Content | undefined> {
    const row = await this.rows.get(id);
    const head = row && ((await open(this.key, place(id), row)) as Head | undefined);
    if (head === undefined) return this.loose.get(id);
    const pieces: ArrayBuffer[] = [];
    for (let index = 0; index < head.pieces; index += 1) {
      const name = pieceName(id, index);
      const sealed = await this.rows.get(name);
      const piece = sealed && (await openBytes(this.key, place(name), sealed));
      if (piece === undefined) return undefined;
      pieces.push(piece);
    }
    return new Blob(pieces, { type: head.type });
  }

  async drop(id: string): Promise<void> {
    this.loose.delete(id);
    await this.dropWhere((file) => file === id);
  }

  async keep(ids: ReadonlySet<string>): Promise<void> {
    for (const id of [...this.loose.keys()]) if (!ids.has(id)) this.loose.delete(id);
    await this.dropWhere((file) => !ids.has(file));
  }

  private async dropWhere(goes: (file: string) => boolean): Promise<void> {
    const keys = await this.rows.keys();
    const gone = keys.filter((key) => goes(key.split(" ", 1)[0] ?? ""));
    if (gone.length > 0) await this.rows.drop(gone);
  }

  /** The file stays chosen in this page; what was put of it goes. */
  private async hold(id: string, file: Content): Promise<false> {
    await this.drop(id);
    this.loose.set(id, file);
    return false;
  }
}

function pieceName(id: string, index: number): string {
  return `${id} ${index}`;
}

function place(name: string): string {
  return `files ${name}`;
}
