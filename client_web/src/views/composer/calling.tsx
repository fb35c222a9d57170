/** The members who are offered after an @. The focus stays in the text. */
import type { CallingState } from "../../view_models/calling";
import type { PersonView } from "../../view_models/people";
import { Avatar } from "../parts/avatar";
import { ClientTag } from "../parts/client_tag";
import { Icon } from "../parts/icon";
import { useText } from "../text";
import s from "./calling.module.css";

interface CallingProps {
  id: string;
  state: CallingState;
  onTake(at: number): void;
}

export function Calling({ id, state, onTake }: CallingProps) {
  const say = useText();
  return (
    <div className={s.calling}>
      <div role="listbox" id={id} className={s.offers} aria-label={say("mention.offers")}>
        {state.offers.map((person, at) => (
          // biome-ignore lint/a11y/useFocusableInteractive: as above
          // biome-ignore lint/a11y/useKeyWithClickEvents: the text's keys take it
          <div
            key={person?.id ?? "all"}
            role="option"
            id={`${id}-${at}`}
            className={s.offer}
            aria-selected={at === state.active}
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => onTake(at)}
          >
            {person === undefined ? <Everybody count={state.members} /> : <Person who={person} />}
          </div>
        ))}
      </div>
      <span className="aside" role="status">
        {say("mention.count", { count: state.offers.length })}
      </span>
    </div>
  );
}

function Person({ who }: { who: PersonView }) {
  return (
    <>
      <Avatar id={who.id} name={who.name} picture={who.picture} outside={who.outside} size="s" />
      <bdi className={s.name}>{who.name}</bdi>
      {who.outside ? <ClientTag who={who.org} /> : <span className={s.about}>{who.title}</span>}
    </>
  );
}

function Everybody({ count }: { count: number }) {
  const say = useText();
  return (
    <>
      <span className={s.all}>
        <Icon name="people" size={18} />
      </span>
      <span className={s.name}>@{say("mention.all")}</span>
      <span className={s.about}>{say("mention.all.about", { count: count - 1 })}</span>
    </>
  );
}
