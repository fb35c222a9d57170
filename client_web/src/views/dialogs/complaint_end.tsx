/** Say that a complaint was answered, or take it back; with a note, if there is something to note. */
import { type FormEvent, useId, useState } from "react";
import type { ComplaintView } from "../../view_models/complaints";
import { MOST_WORDS } from "../../view_models/complaints";
import { Button } from "../parts/button";
import { Dialog } from "../parts/dialog";
import { Area } from "../parts/field";
import { useText } from "../text";
import s from "./dialogs.module.css";

interface ComplaintEndProps {
  step: "answer" | "withdraw";
  complaint: ComplaintView;
  clientReads: boolean;
  onClose(): void;
  onDone(note: string): void;
}

export function ComplaintEnd(props: ComplaintEndProps) {
  const { step, complaint, onClose, onDone } = props;
  const say = useText();
  const id = useId();
  const [note, setNote] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onClose();
    onDone(note);
  };
  const { reference } = complaint;
  return (
    <Dialog
      title={say(`complaint.${step}.title`, { reference })}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{say("cancel")}</Button>
          <Button look="primary" type="submit" form={id}>
            {say(`complaint.${step}.verb`)}
          </Button>
        </>
      }
    >
      <form id={id} className={s.form} onSubmit={submit}>
        <p className={s.text}>
          {say(`complaint.${step}.text`, { client: props.clientReads ? "reads" : "left" })}
        </p>
        <Area
          label={say(`complaint.${step}.note`)}
          value={note}
          maxLength={MOST_WORDS}
          onChange={(event) => setNote(event.target.value)}
        />
      </form>
    </Dialog>
  );
}
