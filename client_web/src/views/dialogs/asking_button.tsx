/** A button that asks before it does what nothing brings back. */
import { type ReactNode, useState } from "react";
import { Button } from "../parts/button";
import { Confirm, type Question } from "./confirm";

interface AskingButtonProps {
  /** What a screen reader says of the button, which stands in a row of many. */
  label: string;
  busy?: boolean;
  question: Omit<Question, "danger">;
  children: ReactNode;
}

export function AskingButton({ label, busy = false, question, children }: AskingButtonProps) {
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Button busy={busy} aria-label={label} onClick={() => setAsking(true)}>
        {children}
      </Button>
      {asking ? (
        <Confirm question={{ ...question, danger: true }} onClose={() => setAsking(false)} />
      ) : null}
    </>
  );
}
