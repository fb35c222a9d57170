/** A question before something that others will notice. */
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
  onYes(): void;
}

export function Confirm({ question, onClose }: { question: Question; onClose(): void }) {
  const say = useText();
  return (
    <Dialog
      title={question.title}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{say("cancel")}</Button>
          <Button
            look={question.danger ? "danger" : "primary"}
            data-focus={question.danger ? undefined : ""}
            onClick={() => {
              onClose();
              question.onYes();
            }}
          >
            {question.verb}
          </Button>
        </>
      }
    >
      <p className={s.text}>{question.text}</p>
    </Dialog>
  );
}
