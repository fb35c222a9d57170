/** A complaint on its way, and on the record: the reference to quote, and the day of the answer. */
import type { ComplaintForm } from "../../view_models/complaints";
import { Button } from "../parts/button";
import { Dialog } from "../parts/dialog";
import { useFormat, useText } from "../text";
import s from "./dialogs.module.css";

interface ComplaintMadeProps {
  form: ComplaintForm;
  who: "client" | "firm";
  onClose(): void;
}

export function ComplaintMade({ form, who, onClose }: ComplaintMadeProps) {
  const say = useText();
  const format = useFormat();
  const done = form.step === "done";
  return (
    <Dialog
      title={say(done ? "complaint.made" : "complaint.title", { who })}
      onClose={onClose}
      actions={
        <Button look={done ? "primary" : "plain"} data-focus="" onClick={onClose}>
          {say(done ? "done" : "close")}
        </Button>
      }
    >
      <div role="status" className={s.text}>
        {done ? (
          <>
            <p>{say("complaint.reference")}</p>
            <p className={s.reference}>{form.reference}</p>
            <p>{say("complaint.due", { day: format.date(form.due ?? "") })}</p>
            <p className={s.note}>{say("complaint.made.note", { who })}</p>
          </>
        ) : (
          <p>{say("complaint.sending")}</p>
        )}
      </div>
    </Dialog>
  );
}
