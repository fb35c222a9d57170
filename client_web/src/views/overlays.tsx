/** The dialogs that belong to the whole screen. */
import type { NewConversationModel } from "../view_models/new_conversation";
import { Confirm, type Question } from "./dialogs/confirm";
import { NewConversation } from "./dialogs/new_conversation";
import { Shortcuts } from "./dialogs/shortcuts";
import { useObserved } from "./observed";

export type Overlay =
  | { readonly kind: "shortcuts" }
  | { readonly kind: "new"; readonly model: NewConversationModel }
  | { readonly kind: "question"; readonly question: Question };

interface OverlaysProps {
  overlay: Overlay | undefined;
  /** Undefined: this person may not invite clients. */
  onInvite: (() => void) | undefined;
  onClose(): void;
}

export function Overlays({ overlay, onInvite, onClose }: OverlaysProps) {
  switch (overlay?.kind) {
    case "shortcuts":
      return <Shortcuts onClose={onClose} />;
    case "question":
      return <Confirm question={overlay.question} onClose={onClose} />;
    case "new":
      return <New model={overlay.model} onInvite={onInvite} onClose={onClose} />;
    default:
      return null;
  }
}

interface NewProps extends Omit<OverlaysProps, "overlay"> {
  model: NewConversationModel;
}

function New({ model, onInvite, onClose }: NewProps) {
  const state = useObserved(model.state);
  return (
    <NewConversation
      state={state}
      onQuery={(query) => model.search(query)}
      onChoose={(person) => model.choose(person)}
      onDrop={(person) => model.drop(person)}
      onTitle={(title) => model.setTitle(title)}
      onCreate={() => void model.create().then((open) => open && onClose())}
      onInvite={
        onInvite &&
        (() => {
          onClose();
          onInvite();
        })
      }
      onClose={onClose}
    />
  );
}
