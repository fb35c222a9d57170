/** What is written in a form of a sheet; it is there again when it could not be saved. */
import { useEffect, useState } from "react";
import type { MembersModel, MembersState } from "../../view_models/members";

interface DraftOptions {
  state: MembersState;
  field: NonNullable<MembersState["unsaved"]>["field"];
  actions: Pick<MembersModel, "forgetUnsaved">;
}

/** Undefined: its form is closed. */
export function useDraft({ state, field, actions }: DraftOptions) {
  const [draft, setDraft] = useState<string>();
  const { unsaved } = state;
  useEffect(() => {
    if (unsaved?.field === field) setDraft(unsaved.text);
  }, [unsaved, field]);
  const cancel = () => {
    setDraft(undefined);
    if (unsaved?.field === field) actions.forgetUnsaved();
  };
  return { draft, setDraft, cancel };
}
