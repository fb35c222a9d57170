/** When a message is sent: one of the usual times, or a day and a time of one's own. */
import { useLingui } from "@lingui/react";
import { type FormEvent, useId, useState } from "react";
import type { Trouble } from "../../view_models/people";
import type { ScheduledView } from "../../view_models/scheduled";
import { Button } from "../parts/button";
import { ClientTag } from "../parts/client_tag";
import { Dialog } from "../parts/dialog";
import { Area, Field, Problem } from "../parts/field";
import { useFormat, useText, useTroubleText } from "../text";
import s from "./dialogs.module.css";
import { fieldTime, offered, wireTimeOf, zoneAt } from "./later_times";

interface SendLaterProps {
  now: number;
  /** Of a message that waits; absent: it is new. */
  before?: Pick<ScheduledView, "text" | "at" | "files"> | undefined;
  /** Its files would go to this client for the first time. */
  crosses?: string | undefined;
  /** `text`: of one that waits. Resolves to what went wrong. */
  onDone(at: string, text: string): Promise<Trouble | undefined>;
  onClose(): void;
}

export function SendLater({ now, before, crosses, onDone, onClose }: SendLaterProps) {
  const say = useText();
  const words = useTroubleText();
  const form = useId();
  const [text, setText] = useState(before?.text ?? "");
  const [at, setAt] = useState(() =>
    before !== undefined && Date.parse(before.at) > now
      ? fieldTime(new Date(before.at))
      : (offered(now)[1] ?? ""),
  );
  const [trouble, setTrouble] = useState<Trouble>();
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    const wrong = await onDone(wireTimeOf(at), text);
    setBusy(false);
    setTrouble(wrong);
    if (wrong === undefined) onClose();
  };
  const empty = at === "" || (before?.files.length === 0 && text.trim() === "");
  return (
    <Dialog
      title={say(before === undefined ? "later.title" : "later.edit")}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{say("cancel")}</Button>
          <Button look="primary" type="submit" form={form} busy={busy} disabled={empty}>
            {say("later.verb")}
          </Button>
        </>
      }
    >
      <form id={form} className={s.form} onSubmit={(event) => void submit(event)}>
        {before === undefined ? null : (
          <Area
            label={say("later.text")}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        )}
        <Times now={now} at={at} onAt={setAt} />
        {trouble === undefined ? null : <Problem text={words(trouble)} />}
        {crosses === undefined ? null : (
          <p className={s.note}>
            <ClientTag who={crosses} /> {say("later.crosses", { name: crosses })}
          </p>
        )}
        <p className={s.note}>{say("later.note")}</p>
      </form>
    </Dialog>
  );
}

interface TimesProps {
  now: number;
  at: string;
  onAt(at: string): void;
}

function Times({ now, at, onAt }: TimesProps) {
  const say = useText();
  const format = useFormat();
  const { i18n } = useLingui();
  const name = useId();
  const times = offered(now);
  return (
    <>
      <fieldset className={s.choices}>
        <legend>{say("later.when")}</legend>
        {times.map((time) => (
          <label key={time} className={s.choice}>
            <input type="radio" name={name} checked={at === time} onChange={() => onAt(time)} />
            {format.next(time, now)}
          </label>
        ))}
      </fieldset>
      <Field
        type="datetime-local"
        label={say("later.own")}
        hint={say("later.zone", { zone: zoneAt(at, i18n.locale) })}
        value={at}
        min={fieldTime(new Date(now))}
        required
        onChange={(event) => onAt(event.target.value)}
      />
    </>
  );
}
