/** The model's notes in words, and that something was copied. */
import { useEffect } from "react";
import type { Toast, ToastsModel } from "../view_models/toasts";
import { useObserved } from "./observed";
import { Toasts, type ToastView } from "./parts/toasts";
import { useKnownId, useText, useTroubleText } from "./text";

interface ChatToastsProps {
  model: ToastsModel;
  copied: boolean;
  onCopiedGone(): void;
}

const SHOWN = 2500;

export function ChatToasts({ model, copied, onCopiedGone }: ChatToastsProps) {
  const say = useText();
  const toasts = useObserved(model.state);
  const view = useToastView(model);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(onCopiedGone, SHOWN);
    return () => clearTimeout(timer);
  }, [copied, onCopiedGone]);
  const shown = toasts.map(view);
  if (copied) shown.push({ id: "copied", text: say("toast.copied") });
  return (
    <Toasts
      toasts={shown}
      onDismiss={(id) => (id === "copied" ? onCopiedGone() : model.dismiss(Number(id)))}
    />
  );
}

function useToastView(model: ToastsModel): (toast: Toast) => ToastView {
  const known = useKnownId();
  const say = useText();
  const words = useTroubleText();
  return (toast) => {
    const id = `toast.${toast.code}`;
    const said = known(id);
    const text = said === undefined ? words(toast) : say(said, toast.values);
    const label = say(known(`${id}.verb`) ?? "undo", toast.values);
    const undo = { label, onSelect: () => model.undo(toast.id) };
    return {
      id: String(toast.id),
      text,
      failed: toast.tone === "failure",
      ...(toast.canUndo ? { action: undo } : {}),
    };
  };
}
