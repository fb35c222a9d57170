/** Whom to write to: one person makes a direct conversation, more make a group. */
import { listed } from "../../view_models/bidi";
import type { NewConversationState } from "../../view_models/new_conversation";
import { Button } from "../parts/button";
import { Chips } from "../parts/chips";
import { Dialog } from "../parts/dialog";
import { Area, Field, Problem } from "../parts/field";
import { useResults } from "../parts/results";
import { SearchField } from "../parts/search_field";
import { Strip } from "../parts/strip";
import { useText, useTroubleText } from "../text";
import { Candidates } from "./candidates";
import s from "./new_conversation.module.css";

export interface NewConversationProps {
  state: NewConversationState;
  onQuery(query: string): void;
  onChoose(person: string): void;
  onDrop(person: string): void;
  onTitle(title: string): void;
  onApart(apart: boolean): void;
  onText(text: string): void;
  onCreate(): void;
  /** Undefined: this person may not invite clients. */
  onInvite?: (() => void) | undefined;
  /** Gives it up. */
  onCancel(): void;
  /** What was typed is there again when it is opened the next time, without its recipients. */
  onClose(): void;
}

export function NewConversation(props: NewConversationProps) {
  const { state } = props;
  const say = useText();
  const trouble = useTroubleText();
  const { list, keys } = useResults(state.query);
  const group = state.kind === "group";
  if (state.sent !== undefined) return <Sent sent={state.sent} onClose={props.onClose} />;
  return (
    <Dialog
      tall
      title={say("new.title")}
      onClose={props.onClose}
      actions={
        <>
          {props.onInvite === undefined ? null : (
            <span className={s.invite}>
              <Button look="quiet" icon="invite" onClick={props.onInvite}>
                {say("new.invite")}
              </Button>
            </span>
          )}
          <Button onClick={props.onCancel}>{say("cancel")}</Button>
          <Button
            look="primary"
            busy={state.busy}
            disabled={!state.canCreate && !state.busy}
            onClick={props.onCreate}
          >
            {say(state.apart ? "new.apart.verb" : group ? "new.create.group" : "new.create.direct")}
          </Button>
        </>
      }
    >
      <div className={s.top}>
        <SearchField
          label={say("new.search")}
          value={state.query}
          onChange={props.onQuery}
          {...keys}
        />
        <Chips chosen={state.chosen} onDrop={props.onDrop} />
        {group ? <Several {...props} /> : null}
        {state.outsideNames.length === 0 ? null : (
          <div className={s.strip}>
            <Strip tone="outside">
              {say(state.apart ? "new.apart.outside" : "new.outside", {
                names: listed(state.outsideNames),
              })}
            </Strip>
          </div>
        )}
        {state.trouble === undefined ? null : <Problem text={trouble(state.trouble)} />}
      </div>
      <Candidates list={list} state={state} onChoose={props.onChoose} />
    </Dialog>
  );
}

/** One group, or the same text to each alone. */
function Several({ state, onTitle, onApart, onText }: NewConversationProps) {
  const say = useText();
  return (
    <>
      <label className={s.apart}>
        <input
          type="checkbox"
          checked={state.apart}
          onChange={(event) => onApart(event.target.checked)}
        />
        <span>{say("new.apart")}</span>
      </label>
      {state.apart ? (
        <Area
          label={say("new.apart.text")}
          hint={say("new.apart.hint")}
          value={state.text}
          rows={3}
          maxLength={4000}
          onChange={(event) => onText(event.target.value)}
        />
      ) : (
        <Field
          label={say("new.group_name")}
          value={state.title}
          maxLength={200}
          autoComplete="off"
          onChange={(event) => onTitle(event.target.value)}
        />
      )}
    </>
  );
}

interface SentProps {
  sent: NonNullable<NewConversationState["sent"]>;
  onClose(): void;
}

function Sent({ sent, onClose }: SentProps) {
  const say = useText();
  const names = listed(sent.missed.map(({ name }) => name));
  return (
    <Dialog
      title={say("new.sent.title")}
      onClose={onClose}
      actions={
        <Button look="primary" data-focus="" onClick={onClose}>
          {say("done")}
        </Button>
      }
    >
      <p role="status">{say("new.sent", { count: sent.count })}</p>
      {sent.missed.length === 0 ? null : <Problem text={say("new.missed", { names })} />}
    </Dialog>
  );
}
