/** Where a message was sent on from, as its record keeps it for compliance. */
import type * as wire from "../../wire/types.gen";

export interface CameFrom {
  /** The conversation as it was called, or its id. */
  readonly place: string;
  readonly number: number;
  /** Who wrote it there, and when. */
  readonly who: string;
  readonly at: string;
}

interface Reference {
  readonly stream: { readonly id: string; readonly title?: string };
  readonly conv_seq: number;
  readonly actor: { readonly id: string; readonly name?: string };
  readonly at: string;
}

/** Undefined: it was not sent on, or the record says no more than its readers saw. */
export function cameFrom({ forward, kept }: wire.TranscriptRow): CameFrom | undefined {
  if (forward === undefined || kept === undefined) return undefined;
  const { forwarded } = JSON.parse(kept) as { readonly forwarded?: Reference };
  if (forwarded === undefined) return undefined;
  const { stream, conv_seq: number, actor, at } = forwarded;
  return { place: stream.title ?? stream.id, number, who: actor.name || actor.id, at };
}
