/** The office hours: a week, holidays, words for clients, and the weeks that come of it. */
import type { FormEvent } from "react";
import type { OfficeHours } from "../../view_models/console/hours";
import { wrong } from "../../view_models/hours";
import { useObserved } from "../observed";
import { Button } from "../parts/button";
import { Problem } from "../parts/field";
import { WeekFields } from "../parts/week_fields";
import { WordsFields } from "../parts/words_fields";
import { useText, useTroubleText } from "../text";
import { Ahead } from "./ahead";
import s from "./console.module.css";
import { Holidays } from "./holidays";
import { WaitingClients } from "./waiting";

export function HoursScreen({ model }: { model: OfficeHours }) {
  const say = useText();
  const words = useTroubleText();
  const { loaded, kept, done, trouble } = useObserved(model.state);
  return (
    <main className={`${s.cases} ${s.beside}`}>
      <WaitingClients model={model} />
      <section aria-labelledby="hours">
        <h1 id="hours" className={s.title}>
          {say("console.hours.title")}
        </h1>
        <p className={s.soft}>{say("console.hours.lead")}</p>
        <div role="status" className={s.made}>
          {done === undefined ? null : (
            <p className={s.notice}>{say(`console.hours.done.${done}`)}</p>
          )}
        </div>
        {trouble === undefined ? null : <Problem text={words(trouble)} />}
        {loaded ? (
          <>
            {kept ? null : <p className={s.notice}>{say("console.hours.none")}</p>}
            <Plan model={model} />
            <Holidays model={model} />
          </>
        ) : (
          <p role="status">{trouble === undefined ? say("loading") : ""}</p>
        )}
      </section>
      <Ahead model={model} />
    </main>
  );
}

function Plan({ model }: { model: OfficeHours }) {
  const say = useText();
  const { draft, kept, changed, busy } = useObserved(model.state);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    void model.keep();
  };
  return (
    <form className={s.form} aria-label={say("console.hours.plan")} onSubmit={submit}>
      <WeekFields
        zone={draft.zone}
        lines={draft.lines}
        onZone={(zone) => model.write({ zone })}
        onLines={(lines) => model.write({ lines })}
        onDone={() => void model.tryOut()}
      />
      <WordsFields words={draft.words} onChange={(words) => model.write({ words })} />
      <p className={s.soft}>{say("console.hours.recorded")}</p>
      <div className={s.buttons}>
        <Button
          look="primary"
          type="submit"
          busy={busy}
          disabled={(kept && !changed) || wrong(draft.lines).includes(true)}
        >
          {say("console.hours.keep")}
        </Button>
        {kept ? (
          <Button busy={busy} onClick={() => void model.clear()}>
            {say("console.hours.clear")}
          </Button>
        ) : null}
      </div>
    </form>
  );
}
