/** A modal dialog on the native element, which traps and returns the focus by itself. */
import { type ReactNode, useId, useLayoutEffect, useRef } from "react";
import { useLayer } from "../layers";
import { useText } from "../text";
import { IconButton } from "./button";
import s from "./dialog.module.css";
import { useKeptFocus } from "./use_kept_focus";

interface DialogProps {
  title: string;
  onClose(): void;
  children: ReactNode;
  /** The buttons at the end. */
  actions?: ReactNode;
  /** Tall dialogs keep their height while a list inside grows and shrinks. */
  tall?: boolean;
  /** It is only read: its text has the focus, so that keys scroll it. */
  reading?: boolean;
}

/** Not the close button: what is marked, else the first field, else the first action. */
const FIRST = ["[data-focus]", "input, textarea", "footer button"];

function focusFirst(dialog: Element) {
  for (const selector of FIRST) {
    const found = dialog.querySelector<HTMLElement>(selector);
    if (found !== null) return chosen(found).focus();
  }
}

/** Of radio buttons the one that is chosen. */
function chosen(found: HTMLElement): HTMLElement {
  if (!(found instanceof HTMLInputElement && found.type === "radio")) return found;
  return found.closest("fieldset")?.querySelector<HTMLElement>(":checked") ?? found;
}

const READING = { tabIndex: 0, "data-focus": "" };

/** Open for as long as it is rendered. */
export function Dialog({ title, onClose, children, actions, tall, reading }: DialogProps) {
  const say = useText();
  const heading = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const element = dialog.current;
    element?.showModal();
    if (element !== null) focusFirst(element);
    return () => element?.close();
  }, []);
  useLayer(onClose);
  useKeptFocus(dialog, (part) => focusFirst(part.closest("dialog") ?? part));
  return (
    <dialog
      ref={dialog}
      className={s.dialog}
      data-tall={tall || undefined}
      aria-labelledby={heading}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onKeyDown={(event) => {
        // What is below stays open.
        if (event.key === "Escape") event.stopPropagation();
      }}
      onClick={(event) => {
        if (event.target === dialog.current) onClose();
      }}
    >
      <div className={s.box}>
        <header className={s.head}>
          <h2 id={heading}>{title}</h2>
          <IconButton icon="close" label={say("close")} onClick={onClose} />
        </header>
        <div className={s.body} {...(reading ? READING : {})}>
          {children}
        </div>
        {actions === undefined ? null : <footer className={s.actions}>{actions}</footer>}
      </div>
    </dialog>
  );
}
