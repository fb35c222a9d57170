/** A message that is not sent for some seconds yet, and the way back. */
import { useEffect, useState } from "react";
import type { MessageRow } from "../../view_models/timeline";
import { useText } from "../text";
import type { TimelineActions } from "./actions";
import s from "./sending.module.css";

export function Sending({ row, actions }: { row: MessageRow; actions: TimelineActions }) {
  const say = useText();
  const seconds = useSecondsTo(row.heldUntil ?? 0);
  if (seconds <= 0) return null;
  return (
    <div className={s.sending}>
      <span className={s.words}>{say("message.sending", { seconds })}</span>
      <button type="button" onClick={() => actions.onTakeBack(row.key)}>
        {say("undo")}
      </button>
    </div>
  );
}

/** Whole seconds until a moment, counted down. */
function useSecondsTo(moment: number): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const count = () => {
      setNow(Date.now());
      if (Date.now() >= moment) clearInterval(timer);
    };
    const timer = setInterval(count, 200);
    count();
    return () => clearInterval(timer);
  }, [moment]);
  return Math.ceil((moment - now) / 1000);
}
