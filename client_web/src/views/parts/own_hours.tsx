/** Somebody's absence and their own week, for themself and for whoever notes it for them. */
import { type FormEvent, useState } from "react";
import {
  type OwnHoursModel,
  type OwnHoursState,
  USUAL_DAYS,
  type Words,
  weekOf,
} from "../../view_models/hours";
import { useObserved } from "../observed";
import { useFormat, useText, useTroubleText } from "../text";
import { Button } from "./button";
import { Field, Problem } from "./field";
import s from "./own_hours.module.css";
import { WeekFields } from "./week_fields";
import { WordsFields } from "./words_fields";
import { hereZone } from "./zone_field";

export function OwnHoursPart({ model }: { model: OwnHoursModel }) {
  const say = useText();
  const words = useTroubleText();
  const state = useObserved(model.state);
  const { loading, known, done, trouble } = state;
  return (
    <div className={s.parts}>
      <p role="status" className={s.note}>
        {loading ? say("loading") : done === undefined ? "" : say(`hours.done.${done}`)}
      </p>
      {trouble === undefined ? null : <Problem text={words(trouble)} />}
      {known || trouble === undefined ? null : (
        <Button onClick={() => model.refresh()}>{say("message.retry")}</Button>
      )}
      {known ? (
        <>
          <Away key={`away ${state.away?.until}`} state={state} model={model} />
          <Week key={`week ${state.own?.lines.join()}`} state={state} model={model} />
        </>
      ) : null}
    </div>
  );
}

interface PartProps {
  state: OwnHoursState;
  model: OwnHoursModel;
}

function Away({ state, model }: PartProps) {
  const say = useText();
  const format = useFormat();
  const [words, setWords] = useState<Words>(state.words);
  const { away, busy } = state;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    void model.leave(String(given.get("from")), String(given.get("until")), words);
  };
  return (
    <form className={s.parts} aria-label={say("hours.away")} onSubmit={submit}>
      <h3 className={s.heading}>{say("hours.away")}</h3>
      {away === undefined ? null : (
        <div className={s.now}>
          <p>
            {say("hours.away.now", {
              starts: format.edge(away.starts),
              until: format.edge(away.until),
            })}
          </p>
          <Button busy={busy} onClick={() => void model.back()}>
            {say("hours.back")}
          </Button>
        </div>
      )}
      <Field
        name="from"
        type="datetime-local"
        label={say("hours.from")}
        hint={say("hours.from.hint")}
      />
      <Field name="until" type="datetime-local" label={say("hours.until")} required />
      <WordsFields words={words} onChange={setWords} />
      <p role="status" className={s.hint}>
        {model.elsewhere(words) ? say("hours.words.elsewhere") : ""}
      </p>
      <Button look="primary" type="submit" busy={busy}>
        {say("hours.leave")}
      </Button>
    </form>
  );
}

function Week({ state, model }: PartProps) {
  const say = useText();
  const { own, firm, busy } = state;
  const start = own ?? firm ?? { zone: hereZone(), lines: USUAL_DAYS };
  const [week, setWeek] = useState(start);
  const [mine, setMine] = useState(own !== undefined);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (!mine) void model.setWeek(undefined);
    else if (weekOf(week.lines) !== undefined) void model.setWeek(week);
  };
  return (
    <form className={s.parts} aria-label={say("hours.own")} onSubmit={submit}>
      <h3 className={s.heading}>{say("hours.own")}</h3>
      <label className={s.choice}>
        <input type="checkbox" checked={mine} onChange={(event) => setMine(event.target.checked)} />
        <span>{say("hours.own.other")}</span>
      </label>
      {mine ? (
        <WeekFields
          zone={week.zone}
          lines={week.lines}
          onZone={(zone) => setWeek({ ...week, zone })}
          onLines={(lines) => setWeek({ ...week, lines })}
        />
      ) : null}
      <Button type="submit" busy={busy}>
        {say("hours.own.keep")}
      </Button>
    </form>
  );
}
