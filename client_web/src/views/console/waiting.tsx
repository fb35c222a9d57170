/** Clients who wait for an answer: who, since when, and who answers; never what was written. */
import type { OfficeHours } from "../../view_models/console/hours";
import { useNow, useObserved } from "../observed";
import { Button } from "../parts/button";
import { useFormat, useText } from "../text";
import s from "./console.module.css";

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
          </li>
        ))}
      </ul>
      <Button onClick={() => void model.look()}>{say("console.waiting.look")}</Button>
    </section>
  );
}
