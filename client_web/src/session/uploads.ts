/**
 * Files on their way into the archive: one after the other, piece by piece, in the tab that sends.
 *
 *     begun --pieces--> all there --finish--> in the archive
 *     no answer, a lost connection: begun again under the same id, which tells where it stands
 *     the server knows it no more: begun again, from its first byte
 *     refused: its message waits for the person; it goes on by itself once the person has signed in,
 *     proved themself or accepted a notice
 */
import { delayOf } from "./backoff";
import { failureOf, isFirst, Refused, sessionRefused, type Unreachable } from "./failures";
import type { OutboxEntry, PendingFile, Refusal } from "./outbox_entry";
import type { Cancel, Clock, Store } from "./ports";
import { bring, type UploadApi } from "./upload";

/** How often an upload begins anew before it is given up for now. */
const MOST_BEGINNINGS = 3;
/** The server has lost it, or counts otherwise. */
const ANEW = new Set(["no_such_upload", "wrong_offset"]);

export interface UploadsOptions {
  readonly api: UploadApi;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly store: Pick<Store, "file">;
  /** The first message whose files are to go. */
  readonly next: () => OutboxEntry | undefined;
  /** Whether a message still waits for its files. */
  readonly wanted: (entry: string) => boolean;
  /** A file is in the archive. */
  readonly stored: (entry: string, file: string, blob: string) => Promise<void>;
  readonly refused: (entry: string, refusal: Refusal) => void;
  /** So many bytes of a file have arrived. */
  readonly moved: (file: string, bytes: number) => void;
}

export class Uploads {
  private readonly options: UploadsOptions;
  private enabled = false;
  private running = false;
  private failures = 0;
  private waiting: Cancel | undefined;

  constructor(options: UploadsOptions) {
    this.options = options;
  }

  /** This tab is the one that sends. */
  enable(): void {
    this.enabled = true;
    this.go();
  }

  stop(): void {
    this.enabled = false;
    this.waiting?.();
    this.waiting = undefined;
  }

  /** There may be something to do. */
  go(): void {
    if (this.enabled && !this.running && this.waiting === undefined) void this.run();
  }

  /** The connection is back: nothing waits any longer. */
  again(): void {
    this.waiting?.();
    this.waiting = undefined;
    this.failures = 0;
    this.go();
  }

  private async run(): Promise<void> {
    this.running = true;
    for (let entry = this.next(); entry !== undefined; entry = this.next()) {
      try {
        await this.upload(entry);
        this.failures = 0;
      } catch (error) {
        this.failed(entry, failureOf(error));
      }
    }
    this.running = false;
  }

  private next(): OutboxEntry | undefined {
    return this.enabled && this.waiting === undefined ? this.options.next() : undefined;
  }

  private failed(entry: OutboxEntry, failure: Refused | Unreachable): void {
    const { clock, random, refused } = this.options;
    const later = failure.name === "Unreachable" ? undefined : failure.retryAfter;
    const waits = later !== undefined || sessionRefused(failure) || isFirst(failure.code);
    if (failure.name === "Refused" && !waits) {
      const { code, message: detail } = failure;
      const file = nextFile(entry);
      const which = file === undefined ? {} : { file: { id: file.id, name: file.name } };
      refused(entry.id, { code, detail, ...which });
      return;
    }
    this.failures += 1;
    const wait = delayOf(this.failures, random(), later);
    this.waiting = clock.after(wait, () => {
      this.waiting = undefined;
      this.go();
    });
  }

  /** The next file of a message, whole. */
  private async upload(entry: OutboxEntry): Promise<void> {
    const file = nextFile(entry);
    if (file === undefined) return;
    for (let beginnings = 1; ; beginnings += 1) {
      try {
        await this.attempt(entry, file);
        return;
      } catch (error) {
        const anew = error instanceof Refused && ANEW.has(error.code);
        if (!anew || beginnings === MOST_BEGINNINGS) throw error;
      }
    }
  }

  private async attempt(entry: OutboxEntry, file: PendingFile): Promise<void> {
    const { api, store, wanted, stored, moved } = this.options;
    const content = await store.file(file.id);
    if (content === undefined)
      throw new Refused(410, "file_lost", "The file is not here any more.");
    const { id, name, size, voice } = file;
    const heard = voice === undefined ? {} : { voice };
    const done = await bring(
      api,
      { id, conv: entry.conv, name, size, ...heard },
      content,
      (bytes) => {
        if (!this.enabled) return "stop";
        moved(id, bytes);
        return wanted(entry.id) ? "on" : "cancel";
      },
    );
    if (done !== undefined) await stored(entry.id, id, done.id);
  }
}

/** Of a message's files the first that is not in the archive. */
function nextFile({ files = [] }: OutboxEntry): PendingFile | undefined {
  return files.find(({ blob }) => blob === undefined);
}
