/** An advisor's invites beside the chat, with the question before the end of one. */
import type { ChatModel } from "../../view_models/chat";
import type { InvitesModel } from "../../view_models/invites";
import type { Question } from "../dialogs/confirm";
import { useText } from "../text";
import { InvitesSheet } from "./invites_sheet";

interface InvitesProps {
  invites: InvitesModel;
  chat: ChatModel;
  onAsk(question: Question): void;
  onCopied(): void;
  onClose(): void;
}

export function Invites({ invites, chat, onAsk, onCopied, onClose }: InvitesProps) {
  const say = useText();
  const onRevoke = ({ id, name }: { readonly id: string; readonly name: string }) =>
    onAsk({
      title: say("invites.revoke.title", { name }),
      text: say("invites.revoke.text"),
      verb: say("invites.revoke"),
      danger: true,
      onYes: () => void invites.revoke(id),
    });
  const onWrite = (person: string) => {
    onClose();
    chat.openDirect(person);
  };
  return (
    <InvitesSheet
      model={invites}
      onCopied={onCopied}
      onRevoke={onRevoke}
      onWrite={onWrite}
      onClose={onClose}
    />
  );
}
