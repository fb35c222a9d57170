/** An advisor's invites: who was asked in, a form for another one, and the link that comes of it. */
import { useEffect } from "react";
import type { InvitesModel } from "../../view_models/invites";
import { useObserved } from "../observed";
import { Sheet } from "../parts/sheet";
import { useText } from "../text";
import { InviteForm } from "./invite_form";
import { InviteLink } from "./invite_link";
import { InviteList } from "./invite_list";

export interface InvitesSheetProps {
  model: InvitesModel;
  onCopied(): void;
  /** Asks before an invite is taken back. */
  onRevoke(invite: { readonly id: string; readonly name: string }): void;
  /** Opens the conversation with the client that an invite became. */
  onWrite(person: string): void;
  onClose(): void;
}

export function InvitesSheet(props: InvitesSheetProps) {
  const { model } = props;
  const say = useText();
  const state = useObserved(model.state);
  useEffect(() => model.watch(), [model]);
  return (
    <Sheet title={say("invites.title")} onClose={props.onClose}>
      {state.page === "form" ? <InviteForm model={model} form={state.form} /> : null}
      {state.page === "link" && state.link !== undefined ? (
        <InviteLink {...props} link={state.link} />
      ) : null}
      {state.page === "list" ? <InviteList {...props} state={state} /> : null}
    </Sheet>
  );
}
