/** Short notes below the bar, away from what is being written, with something to do about them. */
import { useText } from "../text";
import { Icon } from "./icon";
import s from "./toasts.module.css";

export interface ToastView {
  readonly id: string;
  readonly text: string;
  readonly failed?: boolean;
  readonly action?: { readonly label: string; onSelect(): void };
}

interface ToastsProps {
  toasts: readonly ToastView[];
  onDismiss(id: string): void;
}

/** The region is always there, so that screen readers notice what comes into it. */
export function Toasts({ toasts, onDismiss }: ToastsProps) {
  const say = useText();
  return (
    <div className={s.stack} role="status" aria-live="polite">
      {toasts.map((toast) => (
        <div key={toast.id} className={s.toast} data-failed={toast.failed || undefined}>
          {toast.failed ? <Icon name="alert" size={18} /> : null}
          <p className={s.text}>{toast.text}</p>
          {toast.action === undefined ? null : (
            <button type="button" className={s.action} onClick={toast.action.onSelect}>
              {toast.action.label}
            </button>
          )}
          <button
            type="button"
            className={s.close}
            aria-label={say("close")}
            onClick={() => onDismiss(toast.id)}
          >
            <Icon name="close" size={16} />
          </button>
        </div>
      ))}
    </div>
  );
}
