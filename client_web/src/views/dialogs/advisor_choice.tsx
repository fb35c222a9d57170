/** Finding one colleague who may answer for a client; the chosen one gives way to another search. */
import type { PersonView } from "../../view_models/people";
import { Button } from "../parts/button";
import { PersonButton, PersonLines } from "../parts/person_row";
import { moveFocus } from "../parts/place";
import { useResults } from "../parts/results";
import { SearchField } from "../parts/search_field";
import { useText } from "../text";
import s from "./dialogs.module.css";

interface AdvisorChoiceProps {
  chosen: PersonView | undefined;
  query: string;
  people: readonly PersonView[];
  onQuery(query: string): void;
  onChoose(person: PersonView | undefined): void;
}

export function AdvisorChoice({ chosen, query, people, onQuery, onChoose }: AdvisorChoiceProps) {
  const say = useText();
  const { list, keys } = useResults(query);
  if (chosen !== undefined) {
    return (
      <div className={s.chosen}>
        <PersonLines person={chosen} />
        <Button look="quiet" onClick={() => onChoose(undefined)}>
          {say("advisor.other")}
        </Button>
      </div>
    );
  }
  return (
    <>
      <SearchField label={say("advisor.search")} value={query} onChange={onQuery} {...keys} />
      {people.length === 0 ? (
        <p className={s.note} role="status">
          {say(query === "" ? "advisor.nobody" : "new.none", { query })}
        </p>
      ) : (
        <ul
          ref={list}
          className={s.people}
          aria-label={say("search.people")}
          onKeyDown={(event) => {
            if (moveFocus(event.currentTarget, "[data-stop]", event.key)) event.preventDefault();
          }}
        >
          {people.map((person) => (
            <li key={person.id}>
              <PersonButton person={person} onPress={() => onChoose(person)} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
