/** An advisor's invites beside the chat: fetched when asked for, with the question before the end of one. */
import type { ChatModel } from "../view_models/chat";
import type { InvitesModel } from "../view_models/invites";
import { Chunk } from "./chunk";
import type { Question } from "./dialogs/confirm";
import { useText } from "./text";

interface InvitesProps {
  invites: InvitesModel;
  chat: ChatModel;
  onAsk(question: Question): void;
  onCopied(): void;
  onClose(): void;
}

const loadInvites = () => import("./invites/invites_sheet");

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
    <Chunk load={loadInvites}>
      {(part) => (
        <part.InvitesSheet
          model={invites}
          onCopied={onCopied}
          onRevoke={onRevoke}
          onWrite={onWrite}
          onClose={onClose}
        />
      )}
    </Chunk>
  );
}
