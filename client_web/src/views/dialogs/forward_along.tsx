/** Which messages go: the one it began with, and others around it. */
import { useState } from "react";
import type { ForwardMessage, ForwardState } from "../../view_models/forward";
import { useFormat, useText } from "../text";
import s from "./forward.module.css";

interface AlongProps {
  state: ForwardState;
  onToggle(eventId: string): void;
}

export function Along({ state, onToggle }: AlongProps) {
  const say = useText();
  // What is not shown takes no focus.
  const [open, setOpen] = useState(false);
  const first = state.messages.find(({ chosen }) => chosen);
  return (
    <details
      className={s.along}
      open={open}
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary className={s.summary}>
        <span className={s.count}>{say("forward.count", { count: state.count })}</span>
        <span className={s.gist}>{first === undefined ? "" : <Gist message={first} />}</span>
        <span className={s.more}>{say("forward.more")}</span>
      </summary>
      {open ? (
        <ul className={s.messages} aria-label={say("forward.messages")}>
          {state.messages.map((message) => (
            <li key={message.eventId}>
              <Line message={message} onToggle={() => onToggle(message.eventId)} />
            </li>
          ))}
        </ul>
      ) : null}
    </details>
  );
}

function Line({ message, onToggle }: { message: ForwardMessage; onToggle(): void }) {
  const say = useText();
  const format = useFormat();
  const name = message.author.me ? say("you") : message.author.name;
  return (
    <label className={s.line}>
      <input type="checkbox" checked={message.chosen} onChange={onToggle} />
      <span className={s.words}>
        <span className={s.by}>
          <bdi>{name}</bdi> <time dateTime={message.at}>{format.clock(message.at)}</time>
        </span>
        <span className={s.text} dir="auto">
          <Gist message={message} />
        </span>
      </span>
    </label>
  );
}

function Gist({ message }: { message: ForwardMessage }) {
  const { text, files } = message;
  return text === "" ? (files?.name ?? "") : text.slice(0, 200);
}
