/** Mark something as a complaint: what it is about, what happened; then the reference to quote. */
import { type FormEvent, useId } from "react";
import type { ComplaintForm, ComplaintsModel, ComplaintsState } from "../../view_models/complaints";
import { MOST_WORDS } from "../../view_models/complaints";
import { Button } from "../parts/button";
import { Dialog } from "../parts/dialog";
import { Area, Problem } from "../parts/field";
import { usePreferences } from "../preferences_context";
import { useText, useTroubleText } from "../text";
import { ComplaintMade } from "./complaint_made";
import s from "./dialogs.module.css";

interface ComplaintProps {
  state: ComplaintsState;
  form: ComplaintForm;
  model: Omit<ComplaintsModel, "state">;
}

export function Complaint({ state, form, model }: ComplaintProps) {
  const say = useText();
  const words = useTroubleText();
  const { language } = usePreferences();
  const id = useId();
  const who = state.client ? "client" : "firm";
  if (form.step !== "writing") {
    return <ComplaintMade form={form} who={who} onClose={() => model.close()} />;
  }
  const ready = !form.held && form.category !== undefined && form.text.trim() !== "";
  const submit = (event: FormEvent) => {
    event.preventDefault();
    model.file(language);
  };
  return (
    <Dialog
      title={say("complaint.title", { who })}
      onClose={() => model.close()}
      actions={
        <>
          <Button onClick={() => model.close()}>{say("cancel")}</Button>
          <Button look="primary" type="submit" form={id} disabled={!ready}>
            {say("complaint.verb", { who })}
          </Button>
        </>
      }
    >
      <form id={id} className={s.form} onSubmit={submit}>
        {form.trouble === undefined ? null : <Problem text={words(form.trouble)} />}
        <About form={form} />
        <fieldset className={s.choices}>
          <legend>{say("complaint.category")}</legend>
          {state.categories.map(({ category, words: said }) => (
            <label key={category} className={s.choice}>
              <input
                type="radio"
                name={id}
                checked={form.category === category}
                onChange={() => model.choose(category)}
              />
              {said[language] ?? Object.values(said)[0] ?? category}
            </label>
          ))}
        </fieldset>
        <Area
          label={say("complaint.reason")}
          hint={say("complaint.note", {
            days: state.days,
            kind: state.working ? "working" : "all",
          })}
          value={form.text}
          maxLength={MOST_WORDS}
          required
          onChange={(event) => model.write(event.target.value)}
        />
      </form>
    </Dialog>
  );
}

function About({ form }: { form: ComplaintForm }) {
  const say = useText();
  if (form.target === undefined) return <p className={s.text}>{say("complaint.about_all")}</p>;
  return (
    <div className={s.text}>
      <p>{say("complaint.about_message")}</p>
      {form.quote === undefined ? null : (
        <blockquote className={s.quote} dir="auto">
          {form.quote}
        </blockquote>
      )}
    </div>
  );
}
