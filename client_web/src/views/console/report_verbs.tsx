/** What compliance does about a report: reads it in a case, notes that it was looked at, closes it. */
import { type FormEvent, useId, useState } from "react";
import { type ReportList, stateOf } from "../../view_models/console/reports";
import type { ListedReport } from "../../view_models/console/shown";
import { Button } from "../parts/button";
import { Dialog } from "../parts/dialog";
import { Field } from "../parts/field";
import { useText } from "../text";
import s from "./complaints.module.css";

export interface ReportProps {
  report: ListedReport;
  model: ReportList;
  busy: boolean;
}

/** More the server does not take. */
const LONGEST = 2_000;

export function ReportVerbs({ report, model, busy }: ReportProps) {
  const say = useText();
  const [closing, setClosing] = useState(false);
  const { reference } = report;
  const state = stateOf(report);
  return (
    <div className={s.verbs}>
      <Button
        aria-label={say("console.complaints.open", { reference })}
        onClick={() => model.open(report)}
      >
        {say("console.complaints.open.short")}
      </Button>
      {state === "open" ? (
        <Button
          busy={busy}
          aria-label={say("console.reports.look.name", { reference })}
          onClick={() => void model.look(report)}
        >
          {say("console.reports.look")}
        </Button>
      ) : null}
      {state === "closed" ? null : (
        <Button
          busy={busy}
          aria-label={say("console.reports.close.name", { reference })}
          onClick={() => setClosing(true)}
        >
          {say("console.reports.close")}
        </Button>
      )}
      {closing ? (
        <Closing
          reference={reference}
          onClose={() => setClosing(false)}
          onWord={(text) => void model.close(report, text)}
        />
      ) : null}
    </div>
  );
}

interface ClosingProps {
  reference: string;
  onClose(): void;
  onWord(text: string): void;
}

function Closing({ reference, onClose, onWord }: ClosingProps) {
  const say = useText();
  const form = useId();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const text = String(new FormData(event.currentTarget).get("text") ?? "").trim();
    if (text === "") return;
    onClose();
    onWord(text);
  };
  return (
    <Dialog
      title={say("console.reports.close.title", { reference })}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{say("cancel")}</Button>
          <Button look="primary" type="submit" form={form}>
            {say("console.reports.close.verb")}
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={submit}>
        <Field
          name="text"
          label={say("console.reports.word")}
          hint={say("console.reports.word.hint")}
          maxLength={LONGEST}
          required
          data-focus=""
        />
      </form>
    </Dialog>
  );
}
