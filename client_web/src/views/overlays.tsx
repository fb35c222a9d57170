/** The dialogs that belong to the whole screen. */
import { useCallback, useRef } from "react";
import type { ChatModel } from "../view_models/chat";
import { Chunk } from "./chunk";
import type { Question } from "./dialogs/confirm";
import { loadExtras, loadLog } from "./load_extras";
import { usePreferences } from "./preferences_context";
import { useHeldKeys } from "./use_held_keys";

export type Overlay =
  | { readonly kind: "shortcuts" }
  | { readonly kind: "tour" }
  | { readonly kind: "help" }
  | { readonly kind: "new" }
  | { readonly kind: "switcher" }
  | { readonly kind: "join"; readonly link: string }
  | { readonly kind: "question"; readonly question: Question };

interface OverlaysProps {
  model: ChatModel;
  overlay: Overlay | undefined;
  /** Undefined: this person may not invite clients. */
  onInvite: (() => void) | undefined;
  /** Messages are searched now. */
  onMessages(): void;
  onClose(): void;
}

export function Overlays({ model, overlay, onInvite, onMessages, onClose }: OverlaysProps) {
  switch (overlay?.kind) {
    case "shortcuts":
      return (
        <Chunk load={loadExtras} onClose={onClose}>
          {(part) => <part.Shortcuts onClose={onClose} />}
        </Chunk>
      );
    case "tour":
      return (
        <Chunk load={loadExtras} onClose={onClose}>
          {(part) => <part.Tour forClient={model.isClient} onClose={onClose} />}
        </Chunk>
      );
    case "help":
      return <Helped model={model} onClose={onClose} />;
    case "question":
      return (
        <Chunk load={loadLog} onClose={onClose}>
          {(part) => <part.Confirm question={overlay.question} onClose={onClose} />}
        </Chunk>
      );
    case "join":
      return <Join model={model} link={overlay.link} onClose={onClose} />;
    case "switcher":
      return <Switching model={model} onMessages={onMessages} onClose={onClose} />;
    case "new":
      return <New model={model} onInvite={onInvite} onClose={onClose} />;
    default:
      return null;
  }
}

function Helped({ model, onClose }: { model: ChatModel; onClose(): void }) {
  const { language } = usePreferences();
  const calls = model.calls();
  return (
    <Chunk load={loadExtras} onClose={onClose}>
      {(part) => (
        <part.Help firm={model.firm} calls={calls[language] ?? calls.en} onClose={onClose} />
      )}
    </Chunk>
  );
}

type SwitchingProps = Pick<OverlaysProps, "model" | "onMessages" | "onClose">;

function Switching({ model, onMessages, onClose }: SwitchingProps) {
  const close = useRef(onClose);
  close.current = onClose;
  const typed = useHeldKeys(useCallback(() => close.current(), []));
  const load = useCallback(() => Promise.all([loadExtras(), model.later()]), [model]);
  return (
    <Chunk load={load} onClose={onClose}>
      {([part, later]) => (
        <part.Switcher later={later} typed={typed} onMessages={onMessages} onClose={onClose} />
      )}
    </Chunk>
  );
}

interface JoinProps {
  model: ChatModel;
  link: string;
  onClose(): void;
}

function Join({ model, link, onClose }: JoinProps) {
  const load = useCallback(() => Promise.all([loadExtras(), model.later()]), [model]);
  return (
    <Chunk load={load} onClose={onClose}>
      {([part, later]) => <part.JoinDialog later={later} link={link} onClose={onClose} />}
    </Chunk>
  );
}

type NewProps = Omit<OverlaysProps, "overlay" | "onMessages">;

function New({ model, onInvite, onClose }: NewProps) {
  const load = useCallback(() => Promise.all([loadExtras(), model.later()]), [model]);
  const invite = () => {
    onClose();
    onInvite?.();
  };
  return (
    <Chunk load={load} onClose={onClose}>
      {([part, later]) => (
        <part.NewDialog later={later} onInvite={onInvite && invite} onClose={onClose} />
      )}
    </Chunk>
  );
}
