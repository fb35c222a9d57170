/** That a message was sent on: who wrote it, and when; pressing it goes there, if one may. */
import type { ForwardView } from "../../view_models/timeline";
import { Icon } from "../parts/icon";
import { useFormat, useText } from "../text";
import s from "./forwarded.module.css";

interface ForwardedProps {
  forward: ForwardView;
  tabIndex: number;
  /** Undefined: it is not on the record yet. */
  onOrigin: (() => void) | undefined;
}

export function Forwarded({ forward, tabIndex, onOrigin }: ForwardedProps) {
  const say = useText();
  const format = useFormat();
  const { author, at } = forward;
  const time = format.edge(at);
  const words =
    author === undefined
      ? say("message.forwarded", { time })
      : author.me
        ? say("message.forwarded.own", { time })
        : say("message.forwarded.by", { name: author.name, time });
  return (
    <button
      type="button"
      className={s.forwarded}
      tabIndex={tabIndex}
      title={say("message.forwarded.jump")}
      disabled={onOrigin === undefined}
      onClick={onOrigin}
    >
      <Icon name="forward" size={14} />
      <span>{words}</span>
    </button>
  );
}
