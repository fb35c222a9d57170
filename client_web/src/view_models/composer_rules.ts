/** What may be written, answered and edited, and how long it may be. */
import type { Row } from "../session/rows";
import type * as wire from "../wire/types.gen";
import { utf8Length } from "../wire/utf8";
import type { ComposerState } from "./composer";
import type { ConversationItem } from "./conversation_list";

/** From how many bytes before the limit on it is said how many are left. */
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
  const [other] = item.others;
  return item.kind === "direct" && other?.active === false ? "account_ended" : undefined;
}

/** By how many bytes a text is too long, as UTF-8 or as JSON; near the limit, how many are left. */
export function room(
  text: string,
  limits: wire.Limits,
): Pick<ComposerState, "bytesOver" | "bytesLeft"> {
  const plain = utf8Length(text) - limits.text_bytes;
  const over = Math.max(plain, utf8Length(JSON.stringify(text)) - limits.text_json_bytes);
  return {
    bytesOver: over > 0 ? over : undefined,
    bytesLeft: over <= 0 && over > -NEAR_LIMIT ? -over : undefined,
  };
}
