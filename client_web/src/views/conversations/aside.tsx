/** The way to what was put aside, and back. */
import type { ConversationListState } from "../../view_models/conversation_list";
import { Icon } from "../parts/icon";
import { useText } from "../text";
import s from "./aside.module.css";

interface AsideProps {
  state: Pick<ConversationListState, "aside" | "archived">;
  onAside(aside: boolean): void;
}

export function Aside({ state, onAside }: AsideProps) {
  const say = useText();
  const { aside, archived } = state;
  if (archived.count === 0) return null;
  return (
    <button type="button" className={s.row} data-stop="" onClick={() => onAside(!aside)}>
      <Icon name={aside ? "back" : "archive"} size={18} />
      <span className={s.label}>
        {aside ? say("marks.back") : say("marks.aside", { count: archived.count })}
      </span>
      {aside || archived.unread === 0 ? null : (
        <span className={s.count}>{say("marks.aside.new", { count: archived.unread })}</span>
      )}
    </button>
  );
}
