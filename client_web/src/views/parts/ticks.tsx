/** How far an own message has come: clock, one tick, two ticks, two coloured ticks. */
import type { Tick } from "../../view_models/conversation_list";
import { useText } from "../text";
import s from "./ticks.module.css";

const SHAPES: Record<Tick, string> = {
  clock: "M8 2.5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11ZM8 5v3l2 1.5",
  recorded: "M3 8.5l3.5 3.5L13 5",
  delivered: "M1 8.5 4.5 12 11 5M8.5 11.2l.8.8L15.8 5",
  read: "M1 8.5 4.5 12 11 5M8.5 11.2l.8.8L15.8 5",
  failed: "M8 3v6M8 12v.2",
};

/** `time`: when it was sent, as text for the tooltip. */
export function Ticks({ tick, time }: { tick: Tick; time?: string | undefined }) {
  const say = useText();
  const words = say(`tick.${tick}`);
  const tip = time === undefined ? words : say("tick.at", { words, time });
  return (
    <span className={s.ticks} data-tick={tick} title={tip}>
      <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
        <path d={SHAPES[tick]} />
      </svg>
      <span className="aside">{words}</span>
    </span>
  );
}
