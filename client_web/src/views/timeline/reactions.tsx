/** The emoji that people put on a message, each with how many did and who; pressed, one's own. */
import { listed } from "../../view_models/bidi";
import type { MessageRow } from "../../view_models/timeline";
import { useText } from "../text";
import type { TimelineActions } from "./actions";
import s from "./reactions.module.css";

interface ReactionsProps {
  row: MessageRow;
  tabIndex: number;
  onReact: TimelineActions["onReact"];
}

export function Reactions({ row, tabIndex, onReact }: ReactionsProps) {
  const say = useText();
  if (row.reactions.length === 0) return null;
  return (
    <ul className={s.reactions} aria-label={say("message.reactions")}>
      {row.reactions.map(({ emoji, people, mine }) => {
        const names = listed(people.map(({ me, name }) => (me ? say("you") : name)));
        return (
          <li key={emoji}>
            <button
              type="button"
              className={s.reaction}
              tabIndex={tabIndex}
              aria-pressed={mine}
              disabled={!row.can.react}
              title={names}
              onClick={() => onReact(row.eventId, emoji, !mine)}
            >
              <span aria-hidden="true">{emoji}</span>
              <span aria-hidden="true">{people.length > 1 ? people.length : ""}</span>
              <span className="aside">{`${emoji} ${names}`}</span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}
