/** A person in a list: face, name, what they do, and the amber tag. */
import type { ReactNode } from "react";
import { listed } from "../../view_models/bidi";
import type { PersonView } from "../../view_models/people";
import { positionTexts } from "../../view_models/position";
import { useText } from "../text";
import { Avatar } from "./avatar";
import { ClientTag } from "./client_tag";
import s from "./person_row.module.css";

interface PersonLinesProps {
  person: PersonView;
  /** A further line instead of title and firm. */
  note?: ReactNode;
  /** Below everything else. */
  mark?: ReactNode;
}

/** What stands in a row; the row itself is a button or a list item. */
export function PersonLines({ person, note, mark }: PersonLinesProps) {
  const say = useText();
  const known = ["", person.name];
  const about = listed(
    [...positionTexts(person), person.org].filter((each) => !known.includes(each)),
  );
  return (
    <>
      <Avatar
        id={person.id}
        name={person.name}
        picture={person.picture}
        outside={person.outside}
        online={person.online}
      />
      <span className={s.lines}>
        <span className={s.line}>
          <bdi className={s.name}>{person.name}</bdi>
          {person.me ? <span className={s.you}>{say("you.mark")}</span> : null}
          {person.outside ? <ClientTag /> : null}
        </span>
        {note === undefined ? (
          <span className={s.about}>{person.active ? about : say("presence.ended")}</span>
        ) : (
          <span className={s.note}>{note}</span>
        )}
        {mark}
      </span>
    </>
  );
}

interface PersonButtonProps {
  person: PersonView;
  /** Present: it can be chosen, and is or is not. */
  chosen?: boolean;
  tabIndex?: number;
  onPress(): void;
}

/** A row that does something when pressed. */
export function PersonButton({ person, chosen, tabIndex, onPress }: PersonButtonProps) {
  return (
    <button
      type="button"
      className={s.button}
      data-stop=""
      tabIndex={tabIndex}
      aria-pressed={chosen}
      onClick={onPress}
    >
      <PersonLines person={person} />
      {chosen === undefined ? null : <span className={s.box} aria-hidden="true" />}
    </button>
  );
}
