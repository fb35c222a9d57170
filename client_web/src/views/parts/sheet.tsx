/** The details beside a conversation: a column on the desk, the whole pane on a phone. */
import { type ReactNode, useId, useLayoutEffect, useRef } from "react";
import { useText } from "../text";
import { IconButton } from "./button";
import s from "./sheet.module.css";

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
    const before = document.activeElement;
    element?.querySelector("h2")?.focus({ preventScroll: true });
    return () => {
      const inside = element?.contains(document.activeElement);
      if (inside && before instanceof HTMLElement) before.focus({ preventScroll: true });
    };
  }, []);
  return (
    <section
      ref={sheet}
      className={s.sheet}
      aria-labelledby={heading}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || event.defaultPrevented) return;
        event.preventDefault();
        onClose();
      }}
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
