/** Whether whom a conversation is called after is online; of a group, how many are. */
import type { ConversationItem } from "../../view_models/conversation_list";
import { useText } from "../text";
import s from "./header.module.css";

export function Presence({ item }: { item: ConversationItem }) {
  const say = useText();
  if (item.kind === "direct") {
    // Whoever else answers for a client is there as well, and not meant by the name beside it.
    if (item.uncovered !== undefined) return null; // it is said above the composer
    const { active = true, online = false } = item.others[0] ?? {};
    if (!active) return <span className={s.presence}>{say("presence.ended")}</span>;
    const state = online === "away" ? "presence.away" : "presence.online";
    return online ? <span className={`${s.presence} ${s.dotted}`}>{say(state)}</span> : null;
  }
  const online = item.others.filter((person) => person.online).length;
  const count = item.others.length + (item.left ? 0 : 1);
  return (
    <span className={s.presence}>
      {say("members.count", { count })}
      {online > 0 ? (
        <span className={s.online}>{say("members.online", { count: online })}</span>
      ) : null}
    </span>
  );
}
