/** The last admin of a group names another one, and leaves. */
import { useState } from "react";
import type { PersonView } from "../../view_models/people";
import { Button } from "../parts/button";
import { Dialog } from "../parts/dialog";
import { PersonButton } from "../parts/person_row";
import { moveFocus } from "../parts/place";
import { useText } from "../text";
import s from "./dialogs.module.css";

interface LeaveToProps {
  people: readonly PersonView[];
  onClose(): void;
  onChoose(person: string): void;
}

export function LeaveTo({ people, onClose, onChoose }: LeaveToProps) {
  const say = useText();
  const [chosen, setChosen] = useState<PersonView>();
  return (
    <Dialog
      tall
      title={say("leave.to.title")}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{say("cancel")}</Button>
          <Button
            look="primary"
            disabled={chosen === undefined}
            onClick={() => {
              onClose();
              if (chosen !== undefined) onChoose(chosen.id);
            }}
          >
            {say("leave.to.verb")}
          </Button>
        </>
      }
    >
      <p className={s.text}>{say("leave.to.text")}</p>
      <ul
        className={s.people}
        aria-label={say("leave.to.people")}
        onKeyDown={(event) => {
          if (moveFocus(event.currentTarget, "[data-stop]", event.key)) event.preventDefault();
        }}
      >
        {people.map((person) => (
          <li key={person.id}>
            <PersonButton
              person={person}
              chosen={person === chosen}
              onPress={() => setChosen(person)}
            />
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
