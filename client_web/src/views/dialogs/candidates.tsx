/** Who can be chosen, or that nobody can. */
import type { Ref } from "react";
import type { NewConversationState } from "../../view_models/new_conversation";
import { PersonButton } from "../parts/person_row";
import { moveFocus } from "../parts/place";
import { useText } from "../text";
import s from "./new_conversation.module.css";

interface CandidatesProps {
  list: Ref<HTMLUListElement>;
  state: NewConversationState;
  onChoose(person: string): void;
}

export function Candidates({ list, state, onChoose }: CandidatesProps) {
  const say = useText();
  if (state.candidates.length === 0) {
    return (
      <p className={s.none} role="status">
        {say(state.query === "" ? "new.nobody" : "new.none", { query: state.query })}
      </p>
    );
  }
  return (
    <ul
      ref={list}
      className={s.people}
      aria-label={say("search.people")}
      onKeyDown={(event) => {
        if (moveFocus(event.currentTarget, "[data-stop]", event.key)) event.preventDefault();
      }}
    >
      {state.candidates.map((person) => (
        <li key={person.id}>
          <PersonButton person={person} onPress={() => onChoose(person.id)} />
        </li>
      ))}
    </ul>
  );
}
