/** The separators: a new day, and where the unread begins. */
import { useFormat, useText } from "../text";
import s from "./day.module.css";

/** The day of `at`; `floating` stands over the timeline and says it for the rows below. */
export function Day({ at, now, floating }: { at: string; now: number; floating?: boolean }) {
  const format = useFormat();
  return (
    <div className={s.day} aria-hidden={floating || undefined}>
      <time className={s.pill} dateTime={at.slice(0, 10)}>
        {format.day(at, now)}
      </time>
    </div>
  );
}

export function UnreadDivider({ count }: { count: number }) {
  const say = useText();
  return (
    <div className={s.unread}>
      <span>{say("timeline.unread", { count })}</span>
    </div>
  );
}
