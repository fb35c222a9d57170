/** What a row says of itself at its end: pinned, muted, how much is new. */
import type { ConversationItem } from "../../view_models/conversation_list";
import { Icon } from "../parts/icon";
import { useFormat, useText } from "../text";
import s from "./row.module.css";

export function RowMarks({ item }: { item: ConversationItem }) {
  return (
    <>
      <Muted until={item.mutedUntil} mentionsOnly={item.mentionsOnly} />
      {item.pinned === undefined || item.archived ? null : <Pinned />}
      {item.mentioned ? <Mentioned /> : null}
      <Unread item={item} />
    </>
  );
}

function Mentioned() {
  const say = useText();
  return (
    <span className={s.badge} title={say("list.mentioned")}>
      <span aria-hidden="true">@</span>
      <span className="aside">{say("list.mentioned")}</span>
    </span>
  );
}

function Pinned() {
  const say = useText();
  return (
    <span className={s.mark} title={say("marks.pinned")}>
      <Icon name="pin" size={14} />
      <span className="aside">{say("marks.pinned")}</span>
    </span>
  );
}

interface MutedProps {
  until: string | undefined;
  mentionsOnly: boolean | undefined;
}

function Muted({ until, mentionsOnly }: MutedProps) {
  const say = useText();
  const format = useFormat();
  if (until === undefined) return null;
  const text = mentionsOnly
    ? say("marks.muted.mentions")
    : until === ""
      ? say("marks.muted")
      : say("marks.muted.until", { until: format.edge(until) });
  return (
    <span className={s.mark} title={text}>
      <Icon name="quiet" size={14} />
      <span className="aside">{text}</span>
    </span>
  );
}

function Unread({ item }: { item: ConversationItem }) {
  const say = useText();
  const count = item.unread;
  const quiet = item.mutedUntil !== undefined || undefined;
  if (count === 0 && !item.marked) return null;
  return (
    <span className={s.badge} data-quiet={quiet} data-dot={count === 0 || undefined}>
      {count === 0 ? null : <span aria-hidden="true">{count > 99 ? "99+" : count}</span>}
      <span className="aside">
        {count === 0 ? say("marks.marked") : say("list.unread", { count })}
      </span>
    </span>
  );
}
