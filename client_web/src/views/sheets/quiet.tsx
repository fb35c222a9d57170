/** The hours of each day in which one is told of nothing, on all devices. */
import { type FormEvent, useState } from "react";
import type { AlertsModel } from "../../view_models/alerts";
import { useObserved } from "../observed";
import { Button } from "../parts/button";
import { Field } from "../parts/field";
import look from "../parts/own_hours.module.css";
import { hereZone, ZoneField } from "../parts/zone_field";
import { useText } from "../text";
import s from "./quiet.module.css";

const USUAL = { starts: "19:00", ends: "07:00", weekends: true };

export function QuietPart({ model }: { model: AlertsModel }) {
  const say = useText();
  const { quiet } = useObserved(model.state);
  const [on, setOn] = useState(quiet !== undefined);
  const [hours, setHours] = useState(quiet ?? { zone: hereZone(), ...USUAL });
  const said = JSON.stringify(quiet ?? null);
  const [seen, setSeen] = useState(said);
  if (seen !== said) {
    // It was set on another device, or taken back.
    setSeen(said);
    setOn(quiet !== undefined);
    if (quiet !== undefined) setHours(quiet);
  }
  const same = hours.starts === hours.ends;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (!on) model.setQuiet(undefined);
    else if (!same) model.setQuiet(hours);
  };
  return (
    <form className={s.form} aria-label={say("quiet.title")} onSubmit={submit}>
      <h3 className={look.heading}>{say("quiet.title")}</h3>
      <p className={look.note}>{say("quiet.note")}</p>
      <label className={look.choice}>
        <input type="checkbox" checked={on} onChange={(event) => setOn(event.target.checked)} />
        <span>{say("quiet.on")}</span>
      </label>
      {on ? (
        <>
          <Field
            type="time"
            label={say("quiet.starts")}
            value={hours.starts}
            required
            onChange={(event) => setHours({ ...hours, starts: event.target.value })}
          />
          <Field
            type="time"
            label={say("quiet.ends")}
            value={hours.ends}
            required
            error={same ? say("quiet.same") : undefined}
            onChange={(event) => setHours({ ...hours, ends: event.target.value })}
          />
          <ZoneField zone={hours.zone} onZone={(zone) => setHours({ ...hours, zone })} />
          <label className={look.choice}>
            <input
              type="checkbox"
              checked={hours.weekends ?? false}
              onChange={(event) => setHours({ ...hours, weekends: event.target.checked })}
            />
            <span>{say("quiet.weekends")}</span>
          </label>
        </>
      ) : null}
      <Button type="submit">{say("quiet.keep")}</Button>
    </form>
  );
}
