/** The emoji that people put on a message, each with how many did and who. */
import type { ReactionView } from "../../view_models/timeline";
import { useText } from "../text";
import s from "./reactions.module.css";

export function Reactions({ reactions }: { reactions: readonly ReactionView[] }) {
  const say = useText();
  if (reactions.length === 0) return null;
  return (
    <ul className={s.reactions} aria-label={say("message.reactions")}>
      {reactions.map(({ emoji, people, mine }) => {
        const names = people.map(({ name }) => name).join(", ");
        return (
          <li key={emoji} className={s.reaction} data-mine={mine || undefined} title={names}>
            <span aria-hidden="true">{emoji}</span>
            <span aria-hidden="true">{people.length > 1 ? people.length : ""}</span>
            <span className="aside">{`${emoji} ${names}`}</span>
          </li>
        );
      })}
    </ul>
  );
}
