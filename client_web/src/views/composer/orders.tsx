/** Orders are not taken here: said in conversations with clients, and asked before one is sent. */
import { useEffect, useRef } from "react";
import { Button } from "../parts/button";
import { Strip } from "../parts/strip";
import { usePreferences } from "../preferences_context";
import { useText } from "../text";
import s from "./orders.module.css";

interface OrdersProps {
  /** The firm's words by language; undefined: nothing is said. */
  banner: Readonly<Partial<Record<string, string>>> | undefined;
  stopped: boolean;
  onEdit(): void;
  onSendAnyway(): void;
}

export function Orders({ banner, stopped, onEdit, onSendAnyway }: OrdersProps) {
  const say = useText();
  const { language } = usePreferences();
  const words = banner === undefined ? undefined : (banner[language] ?? say("orders.banner"));
  if (stopped) return <Stop words={words ?? ""} onEdit={onEdit} onSendAnyway={onSendAnyway} />;
  if (words === undefined) return null;
  return <Strip icon="info">{words}</Strip>;
}

interface StopProps {
  words: string;
  onEdit(): void;
  onSendAnyway(): void;
}

/** Takes the focus, so that another Enter goes back and sends nothing. */
function Stop({ words, onEdit, onSendAnyway }: StopProps) {
  const say = useText();
  const part = useRef<HTMLDivElement>(null);
  useEffect(() => part.current?.querySelector("button")?.focus(), []);
  return (
    <div
      ref={part}
      className={s.stop}
      role="alertdialog"
      aria-labelledby="order-title"
      aria-describedby="order-text"
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.preventDefault();
        onEdit();
      }}
    >
      <strong id="order-title">{say("orders.stop")}</strong>
      <p id="order-text">{words}</p>
      <div className={s.buttons}>
        <Button look="primary" onClick={onEdit}>
          {say("orders.edit")}
        </Button>
        <Button onClick={onSendAnyway}>{say("orders.send")}</Button>
      </div>
    </div>
  );
}
