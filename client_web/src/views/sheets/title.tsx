/** The name of a group, and how it is changed. */
import type { FormEvent } from "react";
import type { MembersModel, MembersState } from "../../view_models/members";
import { Button, IconButton } from "../parts/button";
import { ClientTag } from "../parts/client_tag";
import { onEscape } from "../parts/escape";
import { Field } from "../parts/field";
import { SheetPart } from "../parts/sheet";
import { useText } from "../text";
import s from "./sheets.module.css";
import { useDraft } from "./use_draft";

interface TitleProps {
  state: MembersState;
  actions: Pick<MembersModel, "rename" | "forgetUnsaved">;
}

export function Title({ state, actions }: TitleProps) {
  const say = useText();
  const { draft, setDraft, cancel } = useDraft({ state, field: "title", actions });
  const title = state.title ?? say("members.untitled");
  if (draft === undefined) {
    return (
      <SheetPart>
        <div className={s.title}>
          <h3>
            <bdi>{title}</bdi>
          </h3>
          {state.members.some(({ person }) => person.outside) ? <ClientTag /> : null}
          {state.canChange ? (
            <IconButton
              icon="edit"
              size={18}
              label={say("rename.open")}
              onClick={() => setDraft(state.title ?? "")}
            />
          ) : null}
        </div>
      </SheetPart>
    );
  }
  const submit = (event: FormEvent) => {
    event.preventDefault();
    actions.rename(draft.trim());
    setDraft(undefined);
  };
  return (
    <SheetPart>
      <form className={s.rename} onSubmit={submit} onKeyDown={onEscape(cancel)}>
        <Field
          label={say("new.group_name")}
          hint={say("rename.note")}
          value={draft}
          maxLength={200}
          autoFocus
          autoComplete="off"
          onChange={(event) => setDraft(event.target.value)}
        />
        <div className={s.buttons}>
          <Button onClick={cancel}>{say("cancel")}</Button>
          <Button look="primary" type="submit" disabled={draft.trim() === ""}>
            {say("rename.verb")}
          </Button>
        </div>
      </form>
    </SheetPart>
  );
}
