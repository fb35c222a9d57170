/** Finding somebody to add to a group. */
import { useState } from "react";
import type { MembersState } from "../../view_models/members";
import type { PersonView } from "../../view_models/people";
import { Button } from "../parts/button";
import { onEscape } from "../parts/escape";
import { PersonButton } from "../parts/person_row";
import { moveFocus } from "../parts/place";
import { useResults } from "../parts/results";
import { SearchField } from "../parts/search_field";
import { useText } from "../text";
import s from "./sheets.module.css";

interface AddPeopleProps {
  state: MembersState;
  onQuery(query: string): void;
  onPick(person: PersonView): void;
}

export function AddPeople({ state, onQuery, onPick }: AddPeopleProps) {
  const say = useText();
  const { list, keys } = useResults(state.query);
  const [open, setOpen] = useState(false);
  if (!open) {
    return (
      <div className={s.add}>
        <Button icon="invite" onClick={() => setOpen(true)}>
          {say("add.open")}
        </Button>
      </div>
    );
  }
  const close = () => {
    onQuery("");
    setOpen(false);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the key is its field's and its buttons'
    <div className={s.add} onKeyDown={onEscape(close)}>
      <SearchField label={say("new.search")} value={state.query} onChange={onQuery} {...keys} />
      {state.candidates.length === 0 ? (
        <p className={s.note} role="status">
          {say(state.query === "" ? "new.nobody" : "new.none", { query: state.query })}
        </p>
      ) : (
        <ul
          ref={list}
          className={s.candidates}
          onKeyDown={(event) => {
            if (moveFocus(event.currentTarget, "[data-stop]", event.key)) event.preventDefault();
          }}
        >
          {state.candidates.map((person) => (
            <li key={person.id}>
              <PersonButton person={person} onPress={() => onPick(person)} />
            </li>
          ))}
        </ul>
      )}
      <div className={s.buttons}>
        <Button onClick={close}>{say("done")}</Button>
      </div>
    </div>
  );
}
