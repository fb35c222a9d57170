/** The officer's cases, and a form that opens one: a case is why somebody looks. */
import type { FormEvent } from "react";
import type { CaseList } from "../../view_models/console/cases";
import type { Console } from "../../view_models/console/console";
import { useObserved } from "../observed";
import { Button } from "../parts/button";
import { Field, Problem } from "../parts/field";
import { useText, useTroubleText } from "../text";
import s from "./console.module.css";
import { utcOf } from "./instant";

interface CasesProps {
  model: CaseList;
  goOn: boolean;
  app: Console;
}

export function Cases({ model, goOn, app }: CasesProps) {
  const say = useText();
  return (
    <main className={s.cases}>
      <section aria-labelledby="cases">
        <h1 id="cases" className={s.title}>
          {say("console.cases.title")}
        </h1>
        {goOn ? <p className={s.notice}>{say("console.cases.go_on")}</p> : null}
        <CaseTable model={model} />
      </section>
      <div className={s.forms}>
        <OpenCase model={model} />
        <EnterCode app={app} />
        <p className={s.soft}>{say("console.readable")}</p>
      </div>
    </main>
  );
}

function CaseTable({ model }: { model: CaseList }) {
  const say = useText();
  const words = useTroubleText();
  const { cases, trouble } = useObserved(model.state);
  if (trouble !== undefined) return <Problem text={words(trouble)} />;
  if (cases === undefined) return <p role="status">{say("loading")}</p>;
  if (cases.length === 0) return <p className={s.empty}>{say("console.cases.empty")}</p>;
  return (
    <ul className={s.list}>
      {cases.map((one) => (
        <li key={one.id}>
          <button type="button" className={s.item} onClick={() => model.choose(one.id)}>
            <strong>{one.id}</strong>
            <bdi>{one.reason}</bdi>
            <span className={s.figures}>
              {say("console.records", { count: one.records })} · {utcOf(one.last_at)}
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}

function OpenCase({ model }: { model: CaseList }) {
  const say = useText();
  const words = useTroubleText();
  const { busy, refusal } = useObserved(model.state);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    void model.open(String(form.get("id")), String(form.get("reason")));
  };
  return (
    <form className={s.form} onSubmit={submit}>
      <h2 className={s.heading}>{say("console.open_case.title")}</h2>
      <Field
        name="id"
        label={say("console.open_case.id")}
        hint={say("console.open_case.id_hint")}
        pattern="[A-Za-z0-9][A-Za-z0-9._\-]{0,63}"
        autoComplete="off"
        required
      />
      <Field
        name="reason"
        label={say("console.open_case.reason")}
        hint={say("console.open_case.reason_hint")}
        maxLength={500}
        autoComplete="off"
        required
      />
      {refusal === undefined ? null : <Problem text={words(refusal)} />}
      <p className={s.soft}>{say("console.open_case.recorded")}</p>
      <Button look="primary" type="submit" busy={busy}>
        {say("console.open_case.verb")}
      </Button>
    </form>
  );
}

/** A command line is signed in by the code that it shows. */
export function EnterCode({ app }: { app: Console }) {
  const say = useText();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    app.confirmLogin(String(new FormData(event.currentTarget).get("code")));
  };
  return (
    <form className={s.form} onSubmit={submit}>
      <h2 className={s.heading}>{say("console.login.title")}</h2>
      <Field name="code" label={say("console.login.code")} autoComplete="off" required />
      <Button type="submit">{say("console.login.next")}</Button>
    </form>
  );
}
