/** The details beside a conversation: a column on the desk, the whole pane on a phone. */
import { type ReactNode, useId, useLayoutEffect, useRef } from "react";
import { useText } from "../text";
import { IconButton } from "./button";
import { onEscape } from "./escape";
import { focusBeside } from "./focus";
import s from "./sheet.module.css";
import { useKeptFocus } from "./use_kept_focus";

const CONTROLS = "button:enabled, input:not([type=file]), textarea, select";

/** The first thing to do in a part; the heading, where there are no parts. */
function focusFirst(part: Element) {
  const controls = part.parentElement?.closest("section") ? CONTROLS : "h2";
  part.querySelector<HTMLElement>(controls)?.focus();
}

interface SheetProps {
  title: string;
  onClose(): void;
  children: ReactNode;
}

/** Takes the focus when it opens and gives it back when it closes. */
export function Sheet({ title, onClose, children }: SheetProps) {
  const say = useText();
  const heading = useId();
  const sheet = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    const element = sheet.current;
    const before = focusBeside(element);
    const around = before?.closest("section, nav");
    element?.querySelector("h2")?.focus({ preventScroll: true });
    return () => {
      const inside = element?.contains(focusBeside(element) ?? null);
      // On a phone what it covers is hidden (shell.module.css), and takes no focus before this.
      element?.removeAttribute("data-over");
      // Where what opened it went meanwhile: to where one writes there, else to what comes first.
      const gone = !before?.isConnected;
      const next = gone
        ? (around?.querySelector("textarea") ?? around?.querySelector("button"))
        : before;
      if (inside && next instanceof HTMLElement) next.focus({ preventScroll: true });
    };
  }, []);
  useKeptFocus(sheet, focusFirst);
  return (
    <section
      ref={sheet}
      data-over=""
      className={s.sheet}
      aria-labelledby={heading}
      onKeyDown={onEscape(onClose)}
    >
      <header className={s.head}>
        <h2 id={heading} tabIndex={-1}>
          {title}
        </h2>
        <IconButton icon="close" label={say("close")} onClick={onClose} />
      </header>
      <div className={s.body}>{children}</div>
    </section>
  );
}

/** A titled part of a sheet. */
export function SheetPart({ title, children }: { title?: string; children: ReactNode }) {
  return (
    <section className={s.part}>
      {title === undefined ? null : <h3 className={s.title}>{title}</h3>}
      {children}
    </section>
  );
}
