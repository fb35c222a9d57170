/** Who is chosen; a press takes them out again. */
import { useText } from "../text";
import s from "./chips.module.css";
import { Icon } from "./icon";

interface ChipsProps {
  chosen: readonly { readonly id: string; readonly name: string; readonly outside: boolean }[];
  onDrop(id: string): void;
}

export function Chips({ chosen, onDrop }: ChipsProps) {
  const say = useText();
  if (chosen.length === 0) return null;
  return (
    <ul className={s.chosen} aria-label={say("new.chosen")}>
      {chosen.map(({ id, name, outside }) => (
        <li key={id}>
          <button
            type="button"
            className={s.chip}
            data-outside={outside || undefined}
            aria-label={say("new.drop", { name })}
            onClick={() => onDrop(id)}
          >
            <bdi>{name}</bdi>
            <Icon name="close" size={14} />
          </button>
        </li>
      ))}
    </ul>
  );
}
