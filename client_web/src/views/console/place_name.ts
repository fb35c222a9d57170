/** What a conversation is called at the console; one text to many in the reader's words. */
import { broadcastIn } from "../../view_models/console/broadcasts";
import type { Desk } from "../../view_models/console/desk";
import { useText } from "../text";

const SHORT = 8;

export function usePlaceName(desk: Desk): (conversation: string) => string {
  const say = useText();
  return (conversation) => {
    const event = broadcastIn(conversation);
    if (event === undefined) return desk.conversationName(conversation);
    return say("console.broadcast.name", { id: event.slice(0, SHORT) });
  };
}
