/** The dialog that begins a conversation, with its model. */
import { useEffect, useState } from "react";
import type { Later } from "../../view_models/later";
import { useObserved } from "../observed";
import { NewConversation } from "./new_conversation";

interface NewDialogProps {
  later: Later;
  /** Undefined: this person may not invite clients. */
  onInvite: (() => void) | undefined;
  onClose(): void;
}

export function NewDialog({ later, onInvite, onClose }: NewDialogProps) {
  const [model] = useState(() => later.newConversation());
  useEffect(() => () => model.close(), [model]);
  const state = useObserved(model.state);
  return (
    <NewConversation
      state={state}
      onQuery={(query) => model.search(query)}
      onChoose={(person) => model.choose(person)}
      onDrop={(person) => model.drop(person)}
      onApart={(apart) => model.setApart(apart)}
      onText={(text) => model.setText(text)}
      onTitle={(title) => model.setTitle(title)}
      onCreate={() => void model.create().then((open) => open && onClose())}
      onInvite={onInvite}
      onCancel={() => {
        model.discard();
        onClose();
      }}
      onClose={onClose}
    />
  );
}
