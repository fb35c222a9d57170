/** A question in the place where one writes. It takes the focus: another Enter goes back, and sends nothing. */
import { type ReactNode, useEffect, useId, useRef } from "react";
import { Button } from "../parts/button";
import s from "./orders.module.css";

interface StopProps {
  title: ReactNode;
  text: ReactNode;
  back: string;
  goOn: string;
  onBack(): void;
  onGoOn(): void;
}

export function Stop({ title, text, back, goOn, onBack, onGoOn }: StopProps) {
  const id = useId();
  const part = useRef<HTMLDivElement>(null);
  useEffect(() => part.current?.querySelector("button")?.focus(), []);
  return (
    <div
      ref={part}
      className={s.stop}
      role="alertdialog"
      aria-labelledby={`${id}-title`}
      aria-describedby={`${id}-text`}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.preventDefault();
        onBack();
      }}
    >
      <strong id={`${id}-title`}>{title}</strong>
      <p id={`${id}-text`}>{text}</p>
      <div className={s.buttons}>
        <Button look="primary" onClick={onBack}>
          {back}
        </Button>
        <Button onClick={onGoOn}>{goOn}</Button>
      </div>
    </div>
  );
}
