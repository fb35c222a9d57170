/** Six emoji to put on a message, or to take back, above the items of its menu. */
import type { KeyboardEvent } from "react";
import type { MessageRow } from "../../view_models/timeline";
import { Icon } from "../parts/icon";
import { moveFocus } from "../parts/place";
import { useText } from "../text";
import s from "./react.module.css";

export const AT_HAND = ["👍", "❤️", "😂", "😮", "😢", "🙏"] as const;

interface ReactProps {
  row: MessageRow;
  onPick(emoji: string, on: boolean): void;
  /** Shows all there are. */
  onMore(): void;
}

export function React({ row, onPick, onMore }: ReactProps) {
  const say = useText();
  const mine = new Set(row.reactions.filter((each) => each.mine).map(({ emoji }) => emoji));
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is no part of a menu
    <div role="group" className={s.row} aria-label={say("message.react")} onKeyDown={onKeyDown}>
      {AT_HAND.map((emoji) => (
        <button
          key={emoji}
          type="button"
          role="menuitemcheckbox"
          aria-checked={mine.has(emoji)}
          aria-label={say(mine.has(emoji) ? "message.react.off" : "message.react.on", { emoji })}
          tabIndex={-1}
          className={s.emoji}
          onClick={() => onPick(emoji, !mine.has(emoji))}
        >
          {emoji}
        </button>
      ))}
      <button
        type="button"
        role="menuitem"
        aria-label={say("emoji.more")}
        title={say("emoji.more")}
        data-head=""
        tabIndex={-1}
        className={s.emoji}
        onClick={onMore}
      >
        <Icon name="plus" size={20} />
      </button>
    </div>
  );
}

/** Left and right among the emoji; up and down are the menu's. */
function onKeyDown(event: KeyboardEvent<HTMLElement>) {
  const key = new Map([
    ["ArrowRight", "ArrowDown"],
    ["ArrowLeft", "ArrowUp"],
  ]).get(event.key);
  if (key === undefined || !moveFocus(event.currentTarget, "button", key)) return;
  event.preventDefault();
  event.stopPropagation();
}
