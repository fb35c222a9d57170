/** From when somebody may read: asked when they are added, or later. */
import { type FormEvent, useId, useState } from "react";
import type { PersonView } from "../../view_models/people";
import { Button } from "../parts/button";
import { Dialog } from "../parts/dialog";
import { Field } from "../parts/field";
import { Strip } from "../parts/strip";
import { useText } from "../text";
import s from "./dialogs.module.css";

interface ShareFromProps {
  person: PersonView;
  /** add: they are not in the conversation yet, and may also read from now on only. */
  step: "add" | "share";
  /** Today, YYYY-MM-DD. */
  today: string;
  onClose(): void;
  /** `since`: the beginning of that day here, RFC 3339; absent: from now on. */
  onDone(since?: string): void;
}

export function ShareFrom({ person, step, today, onClose, onDone }: ShareFromProps) {
  const say = useText();
  const form = useId();
  const [fromDate, setFromDate] = useState(step === "share");
  const [date, setDate] = useState(today);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onClose();
    onDone(fromDate ? beginningOf(date) : undefined);
  };
  const name = person.name;
  return (
    <Dialog
      title={say(step === "add" ? "add.title" : "share.title", { name })}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{say("cancel")}</Button>
          <Button look="primary" type="submit" form={form} disabled={fromDate && date === ""}>
            {say(step === "add" ? "add.verb" : "share.verb")}
          </Button>
        </>
      }
    >
      <form id={form} className={s.form} onSubmit={submit}>
        {person.outside ? (
          <div className={s.strip}>
            <Strip tone="outside">{say("add.outside", { name, org: person.org })}</Strip>
          </div>
        ) : null}
        {step === "add" ? <HistoryChoice fromDate={fromDate} onChoose={setFromDate} /> : null}
        {fromDate ? (
          <Field
            type="date"
            label={say("share.date")}
            value={date}
            max={today}
            required
            onChange={(event) => setDate(event.target.value)}
          />
        ) : null}
        <p className={s.note}>{say(fromDate ? "share.note" : "add.note")}</p>
      </form>
    </Dialog>
  );
}

interface ChoiceProps {
  fromDate: boolean;
  onChoose(fromDate: boolean): void;
}

function HistoryChoice({ fromDate, onChoose }: ChoiceProps) {
  const say = useText();
  const name = useId();
  return (
    <fieldset className={s.choices}>
      <legend>{say("add.history")}</legend>
      <label className={s.choice}>
        <input type="radio" name={name} checked={!fromDate} onChange={() => onChoose(false)} />
        {say("add.from_now")}
      </label>
      <label className={s.choice}>
        <input type="radio" name={name} checked={fromDate} onChange={() => onChoose(true)} />
        {say("add.from_date")}
      </label>
    </fieldset>
  );
}

/** Midnight here at the start of YYYY-MM-DD, as the wire writes times. */
function beginningOf(date: string): string {
  return new Date(`${date}T00:00:00`).toISOString().replace("Z", "000Z");
}
