/** One text to many, as the console names and shows it. */
import type * as wire from "../../wire/types.gen";

const PREFIX = "broadcast:";

/** Where one is opened: it stands in the place of a conversation's id. */
export function broadcastAddress(event: string): string {
  return PREFIX + event;
}

/** The event_id of the broadcast that is meant; undefined: it is a conversation. */
export function broadcastIn(conversation: string): string | undefined {
  return conversation.startsWith(PREFIX) ? conversation.slice(PREFIX.length) : undefined;
}

/** What is exported of an open range: one of a broadcast is whole, and has no numbers to choose. */
export function spanOf({ conversation, first, last }: wire.OpenedRange): wire.Span {
  return broadcastIn(conversation) === undefined ? { conversation, first, last } : { conversation };
}
