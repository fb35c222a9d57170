/** The way back to the newest, with how many came meanwhile. */
import { Icon } from "../parts/icon";
import { useText } from "../text";
import s from "./jump.module.css";

interface JumpProps {
  shown: boolean;
  count: number;
  onJump(): void;
}

export function JumpToNewest({ shown, count, onJump }: JumpProps) {
  const say = useText();
  if (!shown) return null;
  const label = count > 0 ? say("timeline.jump.count", { count }) : say("timeline.jump");
  return (
    <button type="button" className={s.jump} aria-label={label} title={label} onClick={onJump}>
      <Icon name="down" size={20} />
      {count > 0 ? <span className={s.count}>{count > 99 ? "99+" : count}</span> : null}
    </button>
  );
}
