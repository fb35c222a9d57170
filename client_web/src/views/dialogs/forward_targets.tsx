/** The conversations that messages can go to. */
import type { Ref } from "react";
import type { ForwardState, ForwardTarget } from "../../view_models/forward";
import { Avatar } from "../parts/avatar";
import { ClientTag } from "../parts/client_tag";
import { moveFocus } from "../parts/place";
import { useText } from "../text";
import s from "./forward.module.css";

interface TargetsProps {
  list: Ref<HTMLUListElement>;
  state: ForwardState;
  onToggle(conversation: string): void;
}

export function Targets({ list, state, onToggle }: TargetsProps) {
  const say = useText();
  if (state.targets.length === 0) {
    return (
      <p className={s.none} role="status">
        {say(state.query === "" ? "forward.nowhere" : "forward.none", { query: state.query })}
      </p>
    );
  }
  return (
    <ul
      ref={list}
      className={s.targets}
      aria-label={say("forward.to")}
      onKeyDown={(event) => {
        if (moveFocus(event.currentTarget, "[data-stop]", event.key)) event.preventDefault();
      }}
    >
      {state.targets.map((target) => (
        <li key={target.item.id}>
          <Target target={target} onToggle={() => onToggle(target.item.id)} />
        </li>
      ))}
    </ul>
  );
}

function Target({ target, onToggle }: { target: ForwardTarget; onToggle(): void }) {
  const { item, chosen } = target;
  const [other] = item.others;
  const person = item.kind === "direct" ? other : undefined;
  return (
    <label className={s.target}>
      <input type="checkbox" data-stop="" checked={chosen} onChange={onToggle} />
      <Avatar
        id={person?.id ?? item.id}
        name={item.name}
        picture={person?.picture ?? item.picture}
        group={item.kind === "group"}
        outside={item.outside}
        size="s"
      />
      <span className={s.who}>
        <bdi className={s.name}>{item.name}</bdi>
        {item.outside ? <ClientTag who={item.outsideName} /> : null}
      </span>
    </label>
  );
}
