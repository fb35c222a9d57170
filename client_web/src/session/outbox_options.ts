/** What the outbox is made with, and what its tabs tell each other. */
import type { Crypto } from "./ids";
import type { OutboxEntry, Recorded, Refusal } from "./outbox_entry";
import type { Channel, Clock, Locks, Store } from "./ports";
import type { Say } from "./positions";
import type { UploadApi } from "./upload";

/** What one tab tells the others. */
export type OutboxNews =
  /** `loose`: it does not lie on the device. */
  | { readonly k: "put"; readonly entry: OutboxEntry; readonly loose?: true }
  | { readonly k: "recorded"; readonly id: string; readonly recorded: Recorded }
  | { readonly k: "gone"; readonly id: string }
  /** What was discarded is wanted again; its `put` follows. */
  | { readonly k: "back"; readonly id: string }
  | { readonly k: "draft"; readonly conv: string; readonly text: string }
  | { readonly k: "moved"; readonly file: string; readonly bytes: number };

export interface OutboxOptions {
  readonly me: string;
  readonly clock: Clock;
  readonly crypto: Crypto;
  readonly random: () => number;
  readonly api: UploadApi;
  readonly store: Pick<
    Store,
    | "keeps"
    | "outbox"
    | "putOutbox"
    | "deleteOutbox"
    | "putFile"
    | "file"
    | "deleteFile"
    | "keepFiles"
  >;
  readonly channel: Channel<OutboxNews>;
  readonly locks: Locks;
  /** Files of drafts: they stay on the device as well. */
  readonly drafted: () => Promise<readonly string[]>;
  readonly say: Say;
  /** A refused command that nothing on screen waits for any more. */
  readonly dropped: (entry: OutboxEntry, refusal: Refusal) => void;
}
