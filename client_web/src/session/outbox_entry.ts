/** A command that this person gave and that is not known to be on the record. */
import type { AnyCommand, WireFile, WireForward, WireVoice } from "../wire/types.gen";
import { remember } from "./remembered";

/** Why a command was refused. */
export interface Refusal {
  readonly code: string;
  readonly detail: string;
  /** Nobody said that it was not recorded: it can be sent again, and is not discarded. */
  readonly unsure?: true | undefined;
  /** With `crossing_not_confirmed`: all from outside the firm who would get it. */
  readonly outside?: readonly string[] | undefined;
  /** Of one of a message's files: which. */
  readonly file?: { readonly id: string; readonly name: string };
}

/** These stay, refused, where the person wrote them; other refused commands are dropped. */
export const KEPT = new Set<AnyCommand["t"]>(["send", "edit", "remove"]);

/** A file that a message waits for. */
export interface PendingFile {
  /** Of its upload: a UUIDv7, the same for each retry. */
  readonly id: string;
  readonly name: string;
  readonly size: number;
  /** What the browser takes it for. */
  readonly type: string;
  /** A picture's, where they are known. */
  readonly width?: number;
  readonly height?: number;
  /** It is a voice note. */
  readonly voice?: WireVoice;
  /** Present: it is in the archive, and is called so. */
  readonly blob?: string;
}

/** What a message that is sent on says, until its event tells. */
export interface SentOn {
  readonly text?: string | undefined;
  readonly files?: readonly WireFile[] | undefined;
  readonly forward: WireForward;
}

export interface OutboxEntry {
  /** The client id: a UUIDv7, the same for each retry. */
  readonly id: string;
  /** What the record will call it; the key of its row from the first moment on. */
  readonly eventId: string;
  readonly conv: string;
  readonly command: AnyCommand;
  /** RFC 3339 by this device's clock. */
  readonly at: string;
  /** Place in the queue; a retry of a refused one goes to the end. */
  readonly order: number;
  /** Present: refused; it waits for the person. */
  readonly refusal?: Refusal;
  /** It is sent once all of them are in the archive. */
  readonly files?: readonly PendingFile[];
  /** Of a message that is sent on. */
  readonly sentOn?: SentOn;
  /** Milliseconds since 1970 by this device's clock: it can be taken back until then. */
  readonly heldUntil?: number;
}

/** What else there is to a command. */
export interface Extras {
  readonly sentOn?: SentOn;
  /** It can be taken back for some seconds; not where the device keeps nothing. */
  readonly held?: boolean;
}

/** A command without what the outbox gives it. */
export type Wish = AnyCommand extends infer C
  ? C extends AnyCommand
    ? Omit<C, "id">
    : never
  : never;

export interface OutboxItem {
  readonly entry: OutboxEntry;
  /** On the record; its event has not arrived here yet. */
  readonly recorded?: Recorded;
}

/** How many are not on the record, and how many of these were refused; the first of them. */
export function counted(items: readonly OutboxItem[]) {
  const open = items.filter(({ recorded }) => recorded === undefined).map(({ entry }) => entry);
  const refused = open.filter(({ refusal }) => refusal !== undefined);
  const [first] = refused.toSorted(byOrder);
  return { unsent: open.length - refused.length, refused: refused.length, first };
}

/** The message that a command is, or changes. */
export function messageOf({ command, eventId }: OutboxEntry): string {
  return command.t === "edit" || command.t === "remove" ? command.target : eventId;
}

/** Whether it would be sent in its turn, its files being stored. */
export function isUnsent({ entry, recorded }: OutboxItem): boolean {
  return recorded === undefined && entry.refusal === undefined && !waitsForFiles(entry);
}

/** Whether some of its files are not in the archive yet. */
export function waitsForFiles({ files = [] }: OutboxEntry): boolean {
  return files.some(({ blob }) => blob === undefined);
}

/** The numbers that a command got, until its event arrives. */
export interface Recorded {
  readonly conv_seq: number;
  readonly msg_no?: number;
  readonly at: string;
}

/** Order of the queue: by `order`, ties by id. */
export function byOrder(a: OutboxEntry, b: OutboxEntry): number {
  return a.order - b.order || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

/** Commands that are done, by their ids, and own events that were seen: a late word is no news. */
export class Done {
  private readonly ids = new Set<string>();

  /** The id of a command, or of an event. */
  add(id: string): void {
    remember(this.ids, id);
  }

  has({ id, eventId }: Pick<OutboxEntry, "id" | "eventId">): boolean {
    return this.ids.has(id) || this.ids.has(eventId);
  }

  forget(id: string): void {
    this.ids.delete(id);
  }
}
