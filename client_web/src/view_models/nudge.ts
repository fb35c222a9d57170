/** What is said to whoever writes of going on elsewhere, and which way on the record is offered. */
import type { ConversationItem } from "./conversation_list";

/**
 * stay: here it is recorded; invite: a client can be invited here; client: said to a client, kindly.
 *
 * It never holds anything back.
 */
export type Nudge = "stay" | "invite" | "client";

/** Who may invite clients, and is told when others suggest another channel. */
const INVITERS = ["advisor", "employee"];

export function mayInvite(role: string | undefined): boolean {
  return role !== undefined && INVITERS.includes(role);
}

/** Where a client reads along already, nobody needs an invite. */
export function nudgeFor(role: string | undefined, item: ConversationItem | undefined): Nudge {
  if (role === "client") return "client";
  return mayInvite(role) && item?.outside === false ? "invite" : "stay";
}
