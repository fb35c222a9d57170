/** The holidays of a draft: added one by one, or read from a calendar file. */
import { type ChangeEvent, type FormEvent, useState } from "react";
import type { OfficeHours } from "../../view_models/console/hours";
import { stretchOf } from "../../view_models/hours";
import { useObserved } from "../observed";
import { Button } from "../parts/button";
import { Field } from "../parts/field";
import { useFormat, useText } from "../text";
import s from "./console.module.css";

export function Holidays({ model }: { model: OfficeHours }) {
  const say = useText();
  const format = useFormat();
  const { draft, changed, busy } = useObserved(model.state);
  return (
    <section className={s.form} aria-labelledby="holidays">
      <h2 id="holidays" className={s.heading}>
        {say("console.holidays.title")}
      </h2>
      {draft.holidays.length === 0 ? (
        <p className={s.soft}>{say("console.holidays.none")}</p>
      ) : (
        <ul className={s.forms}>
          {draft.holidays.map((one) => (
            <li key={`${one.date} ${one.closed} ${one.name}`} className={s.buttons}>
              <span>
                <span className={s.figures}>
                  {format.date(`${one.date}T12:00:00`)} {one.closed}
                </span>{" "}
                <bdi>{one.name}</bdi>
              </span>
              <Button
                aria-label={say("console.holidays.remove.name", { name: one.name })}
                onClick={() => void model.removeHoliday(one)}
              >
                {say("console.holidays.remove")}
              </Button>
            </li>
          ))}
        </ul>
      )}
      <Add model={model} />
      <FromFile model={model} />
      {changed ? (
        <Button look="primary" busy={busy} onClick={() => void model.keep()}>
          {say("console.hours.keep")}
        </Button>
      ) : null}
    </section>
  );
}

function Add({ model }: { model: OfficeHours }) {
  const say = useText();
  const [wrong, setWrong] = useState(false);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const given = new FormData(form);
    const part = String(given.get("closed")).trim();
    const closed = part === "" ? undefined : stretchOf(part);
    setWrong(part !== "" && closed === undefined);
    if (part !== "" && closed === undefined) return;
    const [date, name] = [String(given.get("date")), String(given.get("name")).trim()];
    void model.addHoliday({ date, name, ...(closed === undefined ? {} : { closed }) });
    form.reset();
  };
  return (
    <form className={s.forms} aria-label={say("console.holidays.add")} onSubmit={submit}>
      <Field name="date" type="date" label={say("console.holidays.day")} required />
      <Field name="name" label={say("console.holidays.name")} maxLength={100} required />
      <Field
        name="closed"
        label={say("console.holidays.closed")}
        hint={say("console.holidays.closed.hint")}
        error={wrong ? say("hours.wrong") : undefined}
        dir="ltr"
      />
      <Button type="submit">{say("console.holidays.add")}</Button>
    </form>
  );
}

function FromFile({ model }: { model: OfficeHours }) {
  const say = useText();
  const choose = async (event: ChangeEvent<HTMLInputElement>) => {
    const field = event.currentTarget;
    const [file] = field.files ?? [];
    if (file !== undefined) await model.read(await file.text());
    field.value = "";
  };
  return (
    <Field
      type="file"
      accept=".ics,.txt,.csv,text/calendar,text/plain"
      label={say("console.holidays.file")}
      hint={say("console.holidays.file.hint")}
      onChange={(event) => void choose(event)}
    />
  );
}
