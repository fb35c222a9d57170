/** The files of a message on its way. */
import type { Send, WireVoice } from "../wire/types.gen";
import { Unreachable } from "./failures";
import { inTime } from "./in_time";
import { byOrder, type OutboxEntry, type PendingFile, waitsForFiles } from "./outbox_entry";
import type { Clock, Content, Store } from "./ports";

/** A file to be sent, as a person chose it. */
export interface Attachment {
  readonly content: Content;
  readonly name: string;
  readonly width?: number;
  readonly height?: number;
  readonly voice?: WireVoice;
}

/** A large file takes a slow device some seconds. */
const READ_MS = 15_000;

type FileStore = Pick<Store, "putFile" | "file" | "deleteFile">;

/** The bytes of what waits: as they were chosen in this tab, or as the device keeps them. */
export class WaitingFiles {
  private readonly clock: Clock;
  private readonly store: FileStore;
  private readonly chosen = new Map<string, Content>();

  constructor(clock: Clock, store: FileStore) {
    this.clock = clock;
    this.store = store;
  }

  choose({ content, name, width, height, voice }: Attachment, id: string): PendingFile {
    this.chosen.set(id, content);
    const measured = width === undefined || height === undefined ? {} : { width, height };
    const heard = voice === undefined ? {} : { voice };
    return { id, name, size: content.size, type: content.type, ...measured, ...heard };
  }

  /** Keeps them on the device, as far as it has room. */
  async keep(files: readonly PendingFile[]): Promise<void> {
    const kept = files.map(async ({ id }) => {
      const content = this.chosen.get(id);
      if (content !== undefined) await this.store.putFile(id, content);
    });
    await Promise.all(kept);
  }

  /** To be sent: as the device keeps them, or as they were chosen where it does not answer. */
  async file(id: string): Promise<Content | undefined> {
    const reading = this.store.file(id).then((content) => ({ content }));
    const read = await inTime(this.clock, reading, READ_MS);
    const content = read === undefined ? this.chosen.get(id) : read.content;
    if (read === undefined && content === undefined) throw new Unreachable("timeout");
    return content;
  }

  async get(id: string): Promise<Content | undefined> {
    return this.chosen.get(id) ?? (await this.store.file(id));
  }

  /** As they were chosen, without those that are not on this device any more. */
  async giveBack({ files = [] }: OutboxEntry): Promise<readonly Attachment[]> {
    const given = files.map(async ({ id, size: _size, type: _type, blob: _blob, ...file }) => {
      const content = await this.get(id);
      return content === undefined ? [] : [{ ...file, content }];
    });
    return (await Promise.all(given)).flat();
  }

  /** Their message is on the record. */
  forget({ files = [] }: OutboxEntry): void {
    for (const { id } of files) {
      this.chosen.delete(id);
      void this.store.deleteFile(id);
    }
  }
}

/** The message whose files go next. */
export function firstWithFiles(entries: readonly OutboxEntry[]): OutboxEntry | undefined {
  return entries
    .filter((entry) => waitsForFiles(entry) && entry.refusal === undefined)
    .sort(byOrder)[0];
}

/** A message after one of its files came into the archive. */
export function withBlob(entry: OutboxEntry, file: string, blob: string): OutboxEntry {
  const files = (entry.files ?? []).map((each) => (each.id === file ? { ...each, blob } : each));
  return ready({ ...entry, files });
}

/** What is another about a command that is sent again. */
export interface Change {
  /** Less this file. */
  readonly file?: string | undefined;
  /** To these people outside the firm, whom the person agreed to. */
  readonly outside?: readonly string[];
}

/** A refused command to be sent again, and no answer to what was removed. */
export function again(refused: OutboxEntry, { file, outside }: Change): OutboxEntry {
  const { refusal, ...entry } = without(refused, file);
  if (outside !== undefined && entry.command.t === "send") {
    return { ...entry, command: { ...entry.command, outside: [...outside] } };
  }
  if (refusal?.code !== "message_removed" || entry.command.t !== "send") return entry;
  const { reply_to: _gone, ...command } = entry.command;
  return { ...entry, command };
}

/** A message less one of its files. */
function without(entry: OutboxEntry, file: string | undefined): OutboxEntry {
  const { files = [], ...others } = entry;
  const left = files.filter(({ id }) => id !== file);
  if (left.length === files.length) return entry;
  return left.length === 0 ? others : ready({ ...others, files: left });
}

/** With the last file in the archive its command names them all. */
function ready(entry: OutboxEntry): OutboxEntry {
  const { files = [] } = entry;
  const [first, ...others] = files.flatMap((each) => each.blob ?? []);
  const whole = first !== undefined && others.length === files.length - 1;
  if (!whole || entry.command.t !== "send") return entry;
  return { ...entry, command: { ...entry.command, files: [first, ...others] } as Send };
}
