/** The dialogs that belong to the whole screen. */
import type { NewConversationModel } from "../view_models/new_conversation";
import { Chunk } from "./chunk";
import { Confirm, type Question } from "./dialogs/confirm";
import { loadExtras } from "./load_extras";
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
      return (
        <Chunk load={loadExtras} onClose={onClose}>
          {(part) => <part.Shortcuts onClose={onClose} />}
        </Chunk>
      );
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
  const invite = () => {
    onClose();
    onInvite?.();
  };
  return (
    <Chunk load={loadExtras} onClose={onClose}>
      {(part) => (
        <part.NewConversation
          state={state}
          onQuery={(query) => model.search(query)}
          onChoose={(person) => model.choose(person)}
          onDrop={(person) => model.drop(person)}
          onTitle={(title) => model.setTitle(title)}
          onCreate={() => void model.create().then((open) => open && onClose())}
          onInvite={onInvite && invite}
          onClose={onClose}
        />
      )}
    </Chunk>
  );
}
