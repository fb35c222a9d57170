/** The model's notes in words, and that something was copied. */
import { useLingui } from "@lingui/react";
import { useEffect } from "react";
import type { Toast, ToastsModel } from "../view_models/toasts";
import { useObserved } from "./observed";
import { Toasts, type ToastView } from "./parts/toasts";
import { type TextId, useText, useTroubleText } from "./text";

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
  const { i18n } = useLingui();
  const say = useText();
  const words = useTroubleText();
  return (toast) => {
    const id = `toast.${toast.code}`;
    const text = id in i18n.messages ? say(id as TextId, toast.values) : words(toast);
    const verb = `${id}.verb`;
    const label = verb in i18n.messages ? say(verb as TextId, toast.values) : say("undo");
    const undo = { label, onSelect: () => model.undo(toast.id) };
    return {
      id: String(toast.id),
      text,
      failed: toast.tone === "failure",
      ...(toast.canUndo ? { action: undo } : {}),
    };
  };
}
