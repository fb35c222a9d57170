/** The firm's people: found by name, title or branch, each opened by a press. */
import { useState } from "react";
import type { DirectoryModel } from "../../view_models/directory";
import { useObserved } from "../observed";
import { Button } from "../parts/button";
import { PersonButton } from "../parts/person_row";
import { moveFocus } from "../parts/place";
import { useResults } from "../parts/results";
import { SearchField } from "../parts/search_field";
import { Sheet } from "../parts/sheet";
import { useText } from "../text";
import s from "./directory.module.css";

/** Rows at once; a firm may have thousands of people. */
const PAGE = 50;

interface DirectorySheetProps {
  model: DirectoryModel;
  onPerson(person: string): void;
  onClose(): void;
}

export function DirectorySheet({ model, onPerson, onClose }: DirectorySheetProps) {
  const say = useText();
  const { query, people } = useObserved(model.state);
  const { list, keys } = useResults(query);
  const [shown, show] = useState(PAGE);
  const search = (text: string) => {
    show(PAGE);
    model.search(text);
  };
  const hidden = people.length - shown;
  return (
    <Sheet title={say("people.title")} onClose={onClose}>
      <div className={s.search}>
        <SearchField label={say("people.search")} value={query} onChange={search} {...keys} />
        <p role="status" className={s.count}>
          {people.length === 0
            ? say("new.none", { query })
            : say("people.count", { count: people.length })}
        </p>
      </div>
      <ul
        ref={list}
        className={s.list}
        aria-label={say("people.title")}
        onKeyDown={(event) => {
          if (moveFocus(event.currentTarget, "[data-stop]", event.key)) event.preventDefault();
        }}
      >
        {people.slice(0, shown).map((person) => (
          <li key={person.id}>
            <PersonButton person={person} onPress={() => onPerson(person.id)} />
          </li>
        ))}
      </ul>
      {hidden > 0 ? (
        <div className={s.more}>
          <Button onClick={() => show(shown + PAGE)}>
            {say("info.more", { count: Math.min(hidden, PAGE) })}
          </Button>
        </div>
      ) : null}
    </Sheet>
  );
}
