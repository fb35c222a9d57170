/** The emoji that are offered while a name is typed. The focus stays in the text. */
import type { Emoji } from "../../view_models/emoji";
import { useText } from "../text";
import s from "./calling.module.css";

interface ShortcodesProps {
  id: string;
  offers: readonly Emoji[];
  active: number;
  onTake(at: number): void;
}

export function Shortcodes({ id, offers, active, onTake }: ShortcodesProps) {
  const say = useText();
  return (
    <div className={s.calling}>
      <div role="listbox" id={id} className={s.offers} aria-label={say("emoji.title")}>
        {offers.map(([emoji, name], at) => (
          // biome-ignore lint/a11y/useFocusableInteractive: as above
          // biome-ignore lint/a11y/useKeyWithClickEvents: the text's keys take it
          <div
            key={emoji}
            role="option"
            id={`${id}-${at}`}
            className={s.offer}
            aria-selected={at === active}
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => onTake(at)}
          >
            <span className={s.all}>{emoji}</span>
            <span className={s.about}>{name}</span>
          </div>
        ))}
      </div>
      <span className="aside" role="status">
        {say("emoji.found", { count: offers.length })}
      </span>
    </div>
  );
}
