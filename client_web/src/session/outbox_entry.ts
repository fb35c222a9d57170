/** A command that this person gave and that is not known to be on the record. */
import type { AnyCommand } from "../wire/types.gen";

/** Why a command was refused. */
export interface Refusal {
  readonly code: string;
  readonly detail: string;
  /** Nobody said that it was not recorded: it can be sent again, and is not discarded. */
  readonly unsure?: true | undefined;
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
