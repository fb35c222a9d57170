/** Tell compliance of a message: why; then the reference to quote. */
import { type FormEvent, useId, useState } from "react";
import type { Details } from "../../view_models/later";
import {
  MOST_REPORT_WORDS,
  REASONS,
  type ReportModel,
  type ReportState,
} from "../../view_models/report";
import { useObserved } from "../observed";
import { Button } from "../parts/button";
import { Dialog } from "../parts/dialog";
import { Area, Problem } from "../parts/field";
import { useFormat, useText, useTroubleText } from "../text";
import s from "./dialogs.module.css";

interface ReportProps {
  details: Details;
  eventId: string;
  onClose(): void;
}

export function Report({ details, eventId, onClose }: ReportProps) {
  const [model] = useState(() => details.report(eventId));
  const state = useObserved(model.state);
  return state.done === undefined ? (
    <Telling state={state} model={model} onClose={onClose} />
  ) : (
    <Received done={state.done} onClose={onClose} />
  );
}

interface TellingProps {
  state: ReportState;
  model: Omit<ReportModel, "state">;
  onClose(): void;
}

function Telling({ state, model, onClose }: TellingProps) {
  const say = useText();
  const words = useTroubleText();
  const id = useId();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void model.send();
  };
  return (
    <Dialog
      title={say("report.title")}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{say("cancel")}</Button>
          <Button
            look="primary"
            type="submit"
            form={id}
            busy={state.busy}
            disabled={!state.canSend && !state.busy}
          >
            {say("report.verb")}
          </Button>
        </>
      }
    >
      <form id={id} className={s.form} onSubmit={submit}>
        {state.trouble === undefined ? null : <Problem text={words(state.trouble)} />}
        <div className={s.text}>
          <p>{say("report.lead", { name: state.author?.name ?? "…" })}</p>
          {state.quote === undefined || state.quote === "" ? null : (
            <blockquote className={s.quote} dir="auto">
              {state.quote}
            </blockquote>
          )}
        </div>
        <fieldset className={s.choices}>
          <legend>{say("report.reason")}</legend>
          {REASONS.map((reason) => (
            <label key={reason} className={s.choice}>
              <input
                type="radio"
                name={id}
                checked={state.reason === reason}
                onChange={() => model.choose(reason)}
              />
              {say(`report.reason.${reason}`)}
            </label>
          ))}
        </fieldset>
        <Area
          label={say("report.words", { needed: state.reason === "other" ? "yes" : "no" })}
          hint={say("report.note")}
          value={state.text}
          maxLength={MOST_REPORT_WORDS}
          required={state.reason === "other"}
          onChange={(event) => model.write(event.target.value)}
        />
      </form>
    </Dialog>
  );
}

function Received({ done, onClose }: { done: NonNullable<ReportState["done"]>; onClose(): void }) {
  const say = useText();
  const format = useFormat();
  return (
    <Dialog
      title={say("report.done.title")}
      onClose={onClose}
      actions={
        <Button look="primary" data-focus="" onClick={onClose}>
          {say("done")}
        </Button>
      }
    >
      <div role="status">
        <p className={s.reference}>{done.reference}</p>
        <p className={s.text}>{say("report.done", { time: format.moment(done.at) })}</p>
      </div>
    </Dialog>
  );
}
