/** Clients who wait for an answer: who, since when, and who answers; never what was written. */
import { useState } from "react";
import type { OfficeHours } from "../../view_models/console/hours";
import { useNow, useObserved } from "../observed";
import { Button } from "../parts/button";
import { useFormat, useText } from "../text";
import s from "./console.module.css";
import { SelectField } from "./select_field";

export function WaitingClients({ model }: { model: OfficeHours }) {
  const say = useText();
  const format = useFormat();
  const now = useNow();
  const { loaded, waiting } = useObserved(model.state);
  if (!loaded) return null;
  return (
    <section className={s.form} aria-labelledby="waiting">
      <h2 id="waiting" className={s.heading}>
        {say("console.waiting.title")}
      </h2>
      {waiting.length === 0 ? <p className={s.soft}>{say("console.waiting.none")}</p> : null}
      <ul className={s.forms}>
        {waiting.map(({ conversation, client, since, office_minutes, alarm, answering }) => (
          <li key={conversation} className={s.card}>
            <strong>
              <bdi>{client}</bdi>
            </strong>
            <p className={s.figures}>
              {say("console.waiting.since", {
                since: format.since(since, now),
                hours: Math.floor(office_minutes / 60),
                minutes: office_minutes % 60,
              })}
              {alarm === 0 ? null : ` · ${say(`console.waiting.alarm.${alarm}`)}`}
            </p>
            <p className={s.soft}>
              {answering.length === 0
                ? say("console.waiting.nobody")
                : say("console.waiting.answering", { names: answering.join(", ") })}
            </p>
            {answering.length === 0 ? <PutIn model={model} conversation={conversation} /> : null}
          </li>
        ))}
      </ul>
      <Button onClick={() => void model.look()}>{say("console.waiting.look")}</Button>
    </section>
  );
}

function PutIn({ model, conversation }: { model: OfficeHours; conversation: string }) {
  const say = useText();
  const { advisors, busy } = useObserved(model.state);
  const [person, setPerson] = useState("");
  const options = advisors.map(({ id, name }) => ({ value: id, label: name }));
  return (
    <div className={s.forms}>
      <SelectField
        label={say("console.waiting.who")}
        value={person}
        options={[{ value: "", label: say("console.waiting.choose") }, ...options]}
        onChange={setPerson}
      />
      <Button
        busy={busy}
        disabled={person === ""}
        onClick={() => void model.putIn(conversation, person)}
      >
        {say("console.waiting.put_in")}
      </Button>
    </div>
  );
}
