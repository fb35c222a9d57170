/** What will be opened, which days of it, and that this will be on the record. */
import type { FormEvent } from "react";
import { broadcastIn } from "../../view_models/console/broadcasts";
import type { Reading } from "../../view_models/console/place";
import type { Workbench } from "../../view_models/console/workbench";
import { Button } from "../parts/button";
import { ClientTag } from "../parts/client_tag";
import { Field } from "../parts/field";
import { type TextId, useText } from "../text";
import { usePlaceName } from "./place_name";
import q from "./query.module.css";
import s from "./transcript.module.css";
import { WillBeRecorded } from "./will_be_recorded";

interface OpeningProps {
  bench: Workbench;
  reading: Reading;
  busy: boolean;
}

/** A conversation is opened, or one text to many. */
export function openingTitle(conversation: string): TextId {
  return broadcastIn(conversation) === undefined
    ? "console.opening.title"
    : "console.broadcast.open";
}

export function Opening({ bench, reading, busy }: OpeningProps) {
  const say = useText();
  const name = usePlaceName(bench.desk)(reading.conversation);
  const { fromDay, toDay } = reading;
  const whole = broadcastIn(reading.conversation) !== undefined;
  const days = fromDay || toDay ? `${fromDay} – ${toDay}` : say("console.opening.all");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void bench.open();
  };
  return (
    <form className={s.opening} onSubmit={submit}>
      <h2 className={s.heading}>{say(openingTitle(reading.conversation))}</h2>
      <p>
        <bdi>{name}</bdi> {bench.desk.reachesOutside(reading.conversation) ? <ClientTag /> : null}
      </p>
      {whole ? (
        <p>{say("console.broadcast.whole")}</p>
      ) : (
        <div className={q.days}>
          <Field
            type="date"
            label={say("console.query.from")}
            value={fromDay}
            onChange={(event) => bench.read({ ...reading, fromDay: event.target.value })}
          />
          <Field
            type="date"
            label={say("console.query.to")}
            value={toDay}
            onChange={(event) => bench.read({ ...reading, toDay: event.target.value })}
          />
        </div>
      )}
      <WillBeRecorded bench={bench} what={say("console.recorded.range", { name, days })} />
      <Button look="primary" type="submit" busy={busy}>
        {say(busy ? "console.opening.busy" : "console.opening.verb")}
      </Button>
    </form>
  );
}
