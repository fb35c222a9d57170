/** What people reported: who, of whom, why; the message itself is read in a case. */
import type { Desk } from "../../view_models/console/desk";
import type { ReportList } from "../../view_models/console/reports";
import type { ListedReport } from "../../view_models/console/shown";
import { useObserved } from "../observed";
import { Button } from "../parts/button";
import { ClientTag } from "../parts/client_tag";
import { Problem } from "../parts/field";
import { useText, useTroubleText } from "../text";
import s from "./complaints.module.css";
import c from "./console.module.css";
import { clockOf } from "./instant";

export function Reports({ model }: { model: ReportList }) {
  const say = useText();
  const words = useTroubleText();
  const { reports, more, busy, trouble } = useObserved(model.state);
  return (
    <main className={c.wide}>
      <h1 className={c.title}>{say("console.reports.title")}</h1>
      <p className={c.soft}>{say("console.reports.lead")}</p>
      {reports === undefined && trouble === undefined ? (
        <p role="status" className={c.label}>
          {say("loading")}
        </p>
      ) : null}
      {trouble === undefined ? null : <Problem text={words(trouble)} />}
      {reports === undefined ? null : (
        <Table reports={reports} desk={model.desk} onOpen={model.open} />
      )}
      {more ? (
        <Button busy={busy} onClick={() => void model.loadMore()}>
          {say("console.more")}
        </Button>
      ) : null}
    </main>
  );
}

interface TableProps {
  reports: readonly ListedReport[];
  desk: Desk;
  onOpen(report: ListedReport): void;
}

function Table({ reports, desk, onOpen }: TableProps) {
  const say = useText();
  if (reports.length === 0) return <p className={c.empty}>{say("console.reports.none")}</p>;
  return (
    <table className={c.table}>
      <thead>
        <tr>
          <th scope="col">{say("console.complaints.reference")}</th>
          <th scope="col">{say("console.reports.reason")}</th>
          <th scope="col">{say("console.reports.author")}</th>
          <th scope="col">{say("console.complaints.conversation")}</th>
          <th scope="col">{say("console.reports.by")}</th>
          <td />
        </tr>
      </thead>
      <tbody>
        {reports.map((report) => (
          <Row key={report.number} report={report} desk={desk} onOpen={onOpen} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ report, desk, onOpen }: Omit<TableProps, "reports"> & { report: ListedReport }) {
  const say = useText();
  const { reference, reason, text, author, conversation, person, at } = report;
  return (
    <tr>
      <th scope="row" className={s.reference}>
        {reference}
      </th>
      <td>
        {say(`console.reports.reason.${reason}`)}
        {text === undefined ? null : (
          <span className={s.words} dir="auto">
            {text}
          </span>
        )}
      </td>
      <td>
        <bdi>{desk.nameOf(author)}</bdi>
      </td>
      <td>
        <bdi>{desk.conversationName(conversation.id)}</bdi>{" "}
        {conversation.outside ? <ClientTag /> : null}
      </td>
      <td>
        <bdi>{desk.nameOf(person)}</bdi>
        <time className={s.at} dateTime={at}>
          {clockOf(at)}
        </time>
      </td>
      <td className={s.verb}>
        <Button
          aria-label={say("console.complaints.open", { reference })}
          onClick={() => onOpen(report)}
        >
          {say("console.complaints.open.short")}
        </Button>
      </td>
    </tr>
  );
}
