/** What a group is called, what it is for, and who writes in it. */
import { type FormEvent, useId } from "react";
import type { MembersModel, MembersState } from "../../view_models/members";
import type { Question } from "../dialogs/confirm";
import { Button, IconButton } from "../parts/button";
import { onEscape } from "../parts/escape";
import { Area } from "../parts/field";
import { PictureField } from "../parts/picture_field";
import { SheetPart } from "../parts/sheet";
import { useText } from "../text";
import s from "./group.module.css";
import { Title } from "./title";
import { useDraft } from "./use_draft";

const DESCRIPTION_LENGTH = 1000;

interface GroupAboutProps {
  state: MembersState;
  actions: Pick<
    MembersModel,
    "rename" | "describe" | "forgetUnsaved" | "setAdminsOnly" | "setPicture" | "removePicture"
  >;
  onAsk(question: Question): void;
}

export function GroupAbout({ state, actions, onAsk }: GroupAboutProps) {
  return (
    <>
      {state.canChange ? <Picture state={state} actions={actions} /> : null}
      <Title state={state} actions={actions} />
      <Description state={state} actions={actions} />
      <Writers state={state} onAsk={onAsk} onChange={(on) => actions.setAdminsOnly(on)} />
    </>
  );
}

function Picture({ state, actions }: Pick<GroupAboutProps, "state" | "actions">) {
  return (
    <SheetPart>
      <div className={s.picture}>
        <PictureField
          id={state.id ?? ""}
          name={state.title ?? ""}
          picture={state.picture}
          group={true}
          busy={state.drawing === true}
          onChoose={(file) => void actions.setPicture(file)}
          onRemove={() => void actions.removePicture()}
        />
      </div>
    </SheetPart>
  );
}

function Description({ state, actions }: Pick<GroupAboutProps, "state" | "actions">) {
  const say = useText();
  const { draft, setDraft, cancel } = useDraft({ state, field: "description", actions });
  const { description, canChange } = state;
  if (draft !== undefined) {
    const submit = (event: FormEvent) => {
      event.preventDefault();
      actions.describe(draft);
      setDraft(undefined);
    };
    return (
      <SheetPart>
        <form className={s.form} onSubmit={submit} onKeyDown={onEscape(cancel)}>
          <Area
            label={say("group.description")}
            hint={say("group.description.hint")}
            value={draft}
            maxLength={DESCRIPTION_LENGTH}
            autoFocus
            onChange={(event) => setDraft(event.target.value)}
          />
          <div className={s.buttons}>
            <Button onClick={cancel}>{say("cancel")}</Button>
            <Button look="primary" type="submit" disabled={draft.trim() === (description ?? "")}>
              {say("group.description.verb")}
            </Button>
          </div>
        </form>
      </SheetPart>
    );
  }
  if (description === undefined) {
    if (!canChange) return null;
    return (
      <SheetPart>
        <div className={s.line}>
          <Button icon="plus" onClick={() => setDraft("")}>
            {say("group.description.open")}
          </Button>
        </div>
      </SheetPart>
    );
  }
  return (
    <SheetPart>
      <div className={s.described}>
        <p className={s.description} dir="auto">
          {description}
        </p>
        {canChange ? (
          <IconButton
            icon="edit"
            size={18}
            label={say("group.description.edit")}
            onClick={() => setDraft(description)}
          />
        ) : null}
      </div>
    </SheetPart>
  );
}

interface WritersProps {
  state: MembersState;
  onChange(adminsOnly: boolean): void;
  onAsk(question: Question): void;
}

/** Everybody will notice: it is asked before it changes. */
function Writers({ state, onChange, onAsk }: WritersProps) {
  const say = useText();
  const note = useId();
  const on = state.adminsOnly === true;
  if (!state.canChange) {
    return on ? (
      <SheetPart>
        <p className={s.note}>{say("group.admins_write")}</p>
      </SheetPart>
    ) : null;
  }
  return (
    <SheetPart>
      <label className={s.choice}>
        <input
          type="checkbox"
          checked={on}
          aria-describedby={note}
          onChange={() =>
            onAsk({
              title: say(on ? "group.open.title" : "group.close.title"),
              text: say(on ? "group.open.text" : "group.close.text"),
              verb: say(on ? "group.open.verb" : "group.close.verb"),
              onYes: () => onChange(!on),
            })
          }
        />
        <span>{say("group.admins_only")}</span>
      </label>
      <p id={note} className={s.note}>
        {say("group.admins_only.hint")}
      </p>
    </SheetPart>
  );
}
