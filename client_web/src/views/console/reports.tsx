/** What people reported: who, of whom, why; the message itself is read in a case. */
import type { Desk } from "../../view_models/console/desk";
import { type ReportChoice, type ReportList, stateOf } from "../../view_models/console/reports";
import type { ListedReport } from "../../view_models/console/shown";
import { useObserved } from "../observed";
import { Button } from "../parts/button";
import { ClientTag } from "../parts/client_tag";
import { Problem } from "../parts/field";
import { useText, useTroubleText } from "../text";
import s from "./complaints.module.css";
import c from "./console.module.css";
import { clockOf } from "./instant";
import { type ReportProps, ReportVerbs } from "./report_verbs";
import { SelectField } from "./select_field";
import t from "./table.module.css";
import { Visible } from "./visible";

export function Reports({ model }: { model: ReportList }) {
  const say = useText();
  const words = useTroubleText();
  const { choice, reports, more, busy, trouble } = useObserved(model.state);
  return (
    <main className={c.wide}>
      <h1 className={c.title}>{say("console.reports.title")}</h1>
      <p className={c.soft}>{say("console.reports.lead")}</p>
      <SelectField
        label={say("console.reports.state")}
        value={choice}
        options={CHOICES.map((value) => ({ value, label: say(`console.reports.state.${value}`) }))}
        onChange={(value) => {
          const chosen = CHOICES.find((each) => each === value);
          if (chosen !== undefined) void model.choose(chosen);
        }}
      />
      {reports === undefined && trouble === undefined ? (
        <p role="status" className={c.label}>
          {say("loading")}
        </p>
      ) : null}
      {trouble === undefined ? null : <Problem text={words(trouble)} />}
      {reports === undefined ? null : (
        <Table reports={reports} model={model} busy={busy} any={choice === "all"} />
      )}
      {more ? (
        <Button busy={busy} onClick={() => void model.loadMore()}>
          {say("console.more")}
        </Button>
      ) : null}
    </main>
  );
}

const CHOICES: readonly ReportChoice[] = ["all", "open", "looked_at", "closed"];

interface TableProps {
  reports: readonly ListedReport[];
  model: ReportList;
  busy: boolean;
  /** Reports are listed wherever they stand. */
  any: boolean;
}

function Table({ reports, model, busy, any }: TableProps) {
  const say = useText();
  if (reports.length === 0) {
    return (
      <p className={c.empty}>{say(any ? "console.reports.none" : "console.reports.none_so")}</p>
    );
  }
  return (
    <table className={`${t.table} ${t.cards}`}>
      <thead>
        <tr>
          <th scope="col">{say("console.complaints.reference")}</th>
          <th scope="col">{say("console.reports.reason")}</th>
          <th scope="col">{say("console.reports.author")}</th>
          <th scope="col">{say("console.complaints.conversation")}</th>
          <th scope="col">{say("console.reports.by")}</th>
          <th scope="col">{say("console.reports.state")}</th>
          <td />
        </tr>
      </thead>
      <tbody>
        {reports.map((report) => (
          <Row key={report.number} report={report} model={model} busy={busy} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ report, model, busy }: ReportProps) {
  const say = useText();
  const { desk } = model;
  const { reference, reason, text, author, conversation, person, at } = report;
  return (
    <tr>
      <th scope="row" className={s.reference}>
        {reference}
      </th>
      <td data-label={say("console.reports.reason")}>
        {say(`console.reports.reason.${reason}`)}
        {text === undefined ? null : (
          <span className={s.words} dir="auto">
            <Visible text={text} />
          </span>
        )}
      </td>
      <td data-label={say("console.reports.author")}>
        <bdi>{desk.nameOf(author)}</bdi>
      </td>
      <td data-label={say("console.complaints.conversation")}>
        <bdi>{desk.conversationName(conversation.id)}</bdi>{" "}
        {conversation.outside ? <ClientTag /> : null}
      </td>
      <td data-label={say("console.reports.by")}>
        <bdi>{desk.nameOf(person)}</bdi>
        <time className={s.at} dateTime={at}>
          {clockOf(at)}
        </time>
      </td>
      <td data-label={say("console.reports.state")}>
        <Handled report={report} desk={desk} />
      </td>
      <td className={s.verb}>
        <ReportVerbs report={report} model={model} busy={busy} />
      </td>
    </tr>
  );
}

/** Where it stands, who brought it there, and with what word. */
function Handled({ report, desk }: { report: ListedReport; desk: Desk }) {
  const say = useText();
  const { looked, closed } = report.handled;
  const last = closed ?? looked;
  return (
    <>
      {say(`console.reports.state.${stateOf(report)}`)}
      {last === undefined ? null : (
        <span className={s.words}>
          <bdi>{desk.nameOf(last.person)}</bdi>
          <time className={s.at} dateTime={last.at}>
            {clockOf(last.at)}
          </time>
        </span>
      )}
      {closed?.text === undefined ? null : (
        <span className={s.words} dir="auto">
          <Visible text={closed.text} />
        </span>
      )}
    </>
  );
}
