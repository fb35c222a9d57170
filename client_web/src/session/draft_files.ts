/**
 * Files that go with a draft: what they are lies beside its text, their bytes sealed on the device.
 *
 * The bytes come before the row, so that another tab that hears of it finds them. A row whose bytes
 * are not there is of a device that had no room for them.
 */
import type { Drafts } from "./drafts";
import type { PendingFile } from "./outbox_entry";
import type { Cancel, Content, Store } from "./ports";
import { Signal } from "./signal";

const MARK = "files ";

export interface DraftFile extends PendingFile {
  readonly content: Content;
}

export class DraftFiles {
  /** `elsewhere`: by another visit or another tab. */
  readonly changed = new Signal<{ readonly conv: string; readonly elsewhere: boolean }>();
  private readonly drafts: Drafts;
  private readonly store: Pick<Store, "drafts" | "putFile" | "file" | "deleteFile">;
  /** What this tab knows of, by conversation, as it lies on the device. */
  private readonly mine = new Map<string, string>();
  /** This tab puts its own on the device: it may know of newer ones that wait to be put. */
  private putting = false;
  private last: Promise<unknown> = Promise.resolve();
  private readonly unsubscribe: Cancel;

  constructor(drafts: Drafts, store: Pick<Store, "drafts" | "putFile" | "file" | "deleteFile">) {
    this.drafts = drafts;
    this.store = store;
    this.unsubscribe = drafts.changed.subscribe((key) => {
      if (!key.startsWith(MARK)) return;
      const conv = key.slice(MARK.length);
      const elsewhere = !this.putting && this.mine.get(conv) !== drafts.get(key);
      this.changed.emit({ conv, elsewhere });
    });
  }

  stop(): void {
    this.unsubscribe();
  }

  /** What they are called. */
  names(conv: string): readonly string[] {
    return parsed(this.drafts.get(MARK + conv)).map(({ name }) => name);
  }

  /** Those of a conversation that are on this device. */
  async load(conv: string): Promise<readonly DraftFile[]> {
    const text = this.drafts.get(MARK + conv);
    this.mine.set(conv, text);
    const found = parsed(text).map(async (file) => {
      const content = await this.store.file(file.id);
      return content === undefined ? [] : [{ ...file, content }];
    });
    return (await Promise.all(found)).flat();
  }

  /** Replaces those of a conversation; what is gone goes from the device, once `until` has come. */
  set(conv: string, files: readonly DraftFile[], until?: Promise<unknown>): void {
    const before = this.mine.get(conv) ?? this.drafts.get(MARK + conv);
    const rows = files.map(({ content: _content, ...file }) => file);
    const text = rows.length === 0 ? "" : JSON.stringify(rows);
    if (text === before) return;
    this.mine.set(conv, text);
    const known = new Set(parsed(before).map(({ id }) => id));
    const wanted = new Set(files.map(({ id }) => id));
    const work = this.last.then(async () => {
      await until;
      for (const { id, content } of files) {
        if (!known.has(id)) await this.store.putFile(id, content);
      }
      this.putting = true;
      this.drafts.set(MARK + conv, text);
      this.putting = false;
      await this.drafts.flush();
      for (const id of known) if (!wanted.has(id)) await this.store.deleteFile(id);
    });
    this.last = work.catch(() => undefined);
  }

  /** Every file that a draft of this device refers to. */
  async ids(): Promise<readonly string[]> {
    const kept = [...(await this.store.drafts())].flatMap(([key, text]) =>
      key.startsWith(MARK) ? [text] : [],
    );
    return [...kept, ...this.mine.values()].flatMap(parsed).map(({ id }) => id);
  }
}

function parsed(text: string): readonly PendingFile[] {
  return text === "" ? [] : (JSON.parse(text) as readonly PendingFile[]);
}
