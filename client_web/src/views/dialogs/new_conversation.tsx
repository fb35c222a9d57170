/** Whom to write to: one person makes a direct conversation, more make a group. */
import type { NewConversationState } from "../../view_models/new_conversation";
import { Button } from "../parts/button";
import { Dialog } from "../parts/dialog";
import { Field, Problem } from "../parts/field";
import { Icon } from "../parts/icon";
import { PersonButton } from "../parts/person_row";
import { moveFocus } from "../parts/place";
import { SearchField } from "../parts/search_field";
import { Strip } from "../parts/strip";
import { useText, useTroubleText } from "../text";
import s from "./new_conversation.module.css";

export interface NewConversationProps {
  state: NewConversationState;
  onQuery(query: string): void;
  onChoose(person: string): void;
  onDrop(person: string): void;
  onTitle(title: string): void;
  onCreate(): void;
  onClose(): void;
}

export function NewConversation(props: NewConversationProps) {
  const { state } = props;
  const say = useText();
  const trouble = useTroubleText();
  const group = state.kind === "group";
  return (
    <Dialog
      tall
      title={say("new.title")}
      onClose={props.onClose}
      actions={
        <>
          <Button onClick={props.onClose}>{say("cancel")}</Button>
          <Button
            look="primary"
            busy={state.busy}
            disabled={!state.canCreate && !state.busy}
            onClick={props.onCreate}
          >
            {say(group ? "new.create.group" : "new.create.direct")}
          </Button>
        </>
      }
    >
      <div className={s.top}>
        <SearchField label={say("new.search")} value={state.query} onChange={props.onQuery} />
        <Chosen state={state} onDrop={props.onDrop} />
        {group ? (
          <Field
            label={say("new.group_name")}
            value={state.title}
            maxLength={200}
            autoComplete="off"
            onChange={(event) => props.onTitle(event.target.value)}
          />
        ) : null}
        {state.outsideNames.length === 0 ? null : (
          <div className={s.strip}>
            <Strip tone="outside">
              {say("new.outside", { names: state.outsideNames.join(", ") })}
            </Strip>
          </div>
        )}
        {state.trouble === undefined ? null : <Problem text={trouble(state.trouble)} />}
      </div>
      <Candidates state={state} onChoose={props.onChoose} />
    </Dialog>
  );
}

function Chosen({ state, onDrop }: { state: NewConversationState; onDrop(id: string): void }) {
  const say = useText();
  if (state.chosen.length === 0) return null;
  return (
    <ul className={s.chosen} aria-label={say("new.chosen")}>
      {state.chosen.map((person) => (
        <li key={person.id}>
          <button
            type="button"
            className={s.chip}
            data-outside={person.outside || undefined}
            aria-label={say("new.drop", { name: person.name })}
            onClick={() => onDrop(person.id)}
          >
            <bdi>{person.name}</bdi>
            <Icon name="close" size={14} />
          </button>
        </li>
      ))}
    </ul>
  );
}

type CandidatesProps = Pick<NewConversationProps, "state" | "onChoose">;

function Candidates({ state, onChoose }: CandidatesProps) {
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
