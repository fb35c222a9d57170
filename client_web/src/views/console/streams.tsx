/** For auditors: the system streams, and the records of the one that is open. */
import type { Console } from "../../view_models/console/console";
import { calledThen } from "../../view_models/console/lines";
import type { AccessRecord, SystemStream } from "../../view_models/console/shown";
import { type Streams as Model, saidBy } from "../../view_models/console/streams";
import { useObserved } from "../observed";
import { Button } from "../parts/button";
import { Problem } from "../parts/field";
import { useText, useTroubleText } from "../text";
import { EnterCode } from "./cases";
import s from "./console.module.css";
import { clockOf, utcOf } from "./instant";
import t from "./table.module.css";

export function Streams({ model, app }: { model: Model; app: Console }) {
  const say = useText();
  const words = useTroubleText();
  const { streams, open, trouble } = useObserved(model.state);
  return (
    <main className={s.cases}>
      <section aria-labelledby="streams">
        <h1 id="streams" className={s.title}>
          {open ?? say("console.streams.title")}
        </h1>
        {trouble === undefined ? null : <Problem text={words(trouble)} />}
        {open === undefined ? (
          <StreamList streams={streams} app={app} />
        ) : (
          <Records model={model} app={app} />
        )}
      </section>
      <div className={s.forms}>
        <EnterCode app={app} />
        <h2 className={s.heading}>{say("console.elsewhere.title")}</h2>
        <p className={s.soft}>{say("console.elsewhere.auditor")}</p>
        <p className={s.soft}>{say("console.readable")}</p>
      </div>
    </main>
  );
}

interface StreamListProps {
  streams: readonly SystemStream[] | undefined;
  app: Console;
}

function StreamList({ streams, app }: StreamListProps) {
  const say = useText();
  if (streams === undefined) return <p role="status">{say("loading")}</p>;
  return (
    <>
      <p className={s.soft}>{say("console.streams.lead")}</p>
      <ul className={s.list}>
        {streams.map(({ id, records, last_at }) => (
          <li key={id}>
            <button
              type="button"
              className={s.item}
              onClick={() => app.go({ kind: "streams", stream: id }, true)}
            >
              <strong>{id}</strong>
              <span />
              <span className={s.figures}>
                {say("console.records", { count: records })} · {utcOf(last_at)}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

function Records({ model, app }: { model: Model; app: Console }) {
  const say = useText();
  const { records, more, busy } = useObserved(model.state);
  return (
    <>
      <p>
        <Button onClick={() => app.go({ kind: "streams" }, true)}>
          {say("console.streams.all")}
        </Button>
      </p>
      <p className={s.soft}>{say("console.streams.recorded")}</p>
      <table className={`${t.table} ${t.cards}`}>
        <thead>
          <tr>
            <th scope="col">{say("console.record.number")}</th>
            <th scope="col">{say("console.record.at")}</th>
            <th scope="col">{say("console.recorded.who")}</th>
            <th scope="col">{say("console.recorded.what")}</th>
          </tr>
        </thead>
        <tbody>
          {records.map((record) => (
            <RecordRow key={record.number} record={record} model={model} />
          ))}
        </tbody>
      </table>
      {more ? (
        <Button busy={busy} onClick={() => void model.loadMore()}>
          {say("console.more")}
        </Button>
      ) : null}
    </>
  );
}

/** Types and facts stay as the record has them: an auditor compares them with an export. */
function RecordRow({ record, model }: { record: AccessRecord; model: Model }) {
  const say = useText();
  return (
    <tr>
      <td className={s.figures} data-label={say("console.record.number")}>
        {record.number}
      </td>
      <td className={s.figures} data-label={say("console.record.at")}>
        <time dateTime={record.at}>{clockOf(record.at)}</time>
      </td>
      <td data-label={say("console.recorded.who")}>
        <bdi>{calledThen(record.actor)}</bdi>
      </td>
      <td data-label={say("console.recorded.what")}>
        <code>{record.type}</code>
        {saidBy(record, model.desk).map(({ key, value }) => (
          <span key={key} className={s.fact}>
            {key} <bdi>{value}</bdi>
          </span>
        ))}
      </td>
    </tr>
  );
}
