/** A question before something that others will notice. */
import { useState } from "react";
import { Button } from "../parts/button";
import { Dialog } from "../parts/dialog";
import { useText } from "../text";
import s from "./dialogs.module.css";

export interface Question {
  readonly title: string;
  /** What it means, in a sentence or two. */
  readonly text: string;
  /** The verb on the button. */
  readonly verb: string;
  readonly danger?: boolean;
  /** What the button says while it is being done; the question stays until then. */
  readonly doing?: string | undefined;
  /** Resolves once it is done, or could not be. */
  onYes(): void | Promise<void>;
}

/** Does what was asked about. The question stays until then if it says what is being done. */
export async function carryOut(
  { doing, onYes }: Pick<Question, "doing" | "onYes">,
  onBusy: () => void,
  onClose: () => void,
): Promise<void> {
  if (doing === undefined) {
    onClose();
    await onYes();
    return;
  }
  onBusy();
  try {
    await onYes();
  } finally {
    onClose();
  }
}

export function Confirm({ question, onClose }: { question: Question; onClose(): void }) {
  const say = useText();
  const [busy, setBusy] = useState(false);
  const { title, text, verb, danger, doing } = question;
  const close = busy ? () => {} : onClose;
  const yes = () => carryOut(question, () => setBusy(true), onClose);
  return (
    <Dialog
      title={title}
      onClose={close}
      actions={
        <>
          <Button busy={busy} onClick={close}>
            {say("cancel")}
          </Button>
          <Button
            look={danger ? "danger" : "primary"}
            data-focus={danger ? undefined : ""}
            busy={busy}
            onClick={() => void yes()}
          >
            {busy ? doing : verb}
          </Button>
        </>
      }
    >
      <p className={s.text}>{text}</p>
      {doing === undefined ? null : (
        <p className="aside" role="status">
          {busy ? doing : ""}
        </p>
      )}
    </Dialog>
  );
}
