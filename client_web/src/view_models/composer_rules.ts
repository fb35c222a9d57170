/** What may be written, answered and edited, and how long it may be. */
import type { Row } from "../session/rows";
import type * as wire from "../wire/types.gen";
import { utf8Length } from "../wire/utf8";
import type { ComposerState } from "./composer";
import type { ConversationItem } from "./conversation_list";

/** From how many bytes before the limit on it is said how much is left. */
const NEAR_LIMIT = 1024;

/** What one wrote oneself, and may edit. */
export function isOwn(row: Row, me: string): row is wire.MessageSent {
  return row.type === "message.sent" && row.actor === me && row.forward === undefined;
}

/** A message that can be answered: it is not removed. */
export function isOpen(row: Row): row is wire.MessageSent {
  return row.type === "message.sent" && row.removed_at === undefined;
}

/** Why nothing can be written in a conversation. */
export function closedBy(item: ConversationItem | undefined): ComposerState["closed"] {
  if (item === undefined) return undefined;
  if (item.left) return "left";
  if (item.ended) return "client_left";
  if (item.readOnly) return "admins_only";
  // A client writes on where their advisor left: it waits for who takes over.
  if (item.kind !== "direct" || item.uncovered !== undefined) return undefined;
  return item.others[0]?.active === false ? "account_ended" : undefined;
}

/** By how many characters a text is too long, as UTF-8 or as JSON; near the limit, how many fit. */
export function room(text: string, limits: wire.Limits): Pick<ComposerState, "over" | "left"> {
  const bytes = utf8Length(text);
  const over = Math.max(bytes - limits.text_bytes, jsonLength(text) + 2 - limits.text_json_bytes);
  if (over > 0) return { over: lastCharacters(text, over), left: undefined };
  const left = over > -NEAR_LIMIT ? Math.floor(((0 - over) * text.length) / bytes) : undefined;
  return { over: undefined, left };
}

/** How many characters at the end have so many bytes, as JSON at the most. */
function lastCharacters(text: string, bytes: number): number {
  const characters = Array.from(text);
  let [count, found] = [0, 0];
  while (found < bytes && count < characters.length) {
    count += 1;
    found += jsonLength(characters.at(-count) ?? "");
  }
  return count;
}

/** Bytes as JSON, without its quotes. */
function jsonLength(text: string): number {
  return utf8Length(JSON.stringify(text)) - 2;
}
