/** A command line wants to be signed in: from where, as what, and the two answers. */
import type { Console } from "../../view_models/console/console";
import { type LoginRequest, shownCode } from "../../view_models/console/login";
import { useObserved } from "../observed";
import { Button } from "../parts/button";
import { Problem } from "../parts/field";
import { useText, useTroubleText } from "../text";
import s from "./console.module.css";
import { utcOf } from "./instant";

export function ConfirmLogin({ model, app }: { model: LoginRequest; app: Console }) {
  const say = useText();
  const words = useTroubleText();
  const { asked, answered, busy, trouble } = useObserved(model.state);
  const done = answered !== undefined;
  return (
    <main className={s.narrow}>
      <h1 className={s.title}>{say("console.login.title")}</h1>
      {asked === undefined ? null : (
        <>
          <p>{say("console.login.ask")}</p>
          <dl className={s.facts}>
            <dt>{say("console.login.code")}</dt>
            <dd className={s.code}>{shownCode(asked.code)}</dd>
            <dt>{say("console.login.device")}</dt>
            <dd>{asked.device}</dd>
            <dt>{say("console.login.address")}</dt>
            <dd>{asked.address}</dd>
            <dt>{say("console.login.asked_at")}</dt>
            <dd>{utcOf(asked.asked_at)}</dd>
          </dl>
        </>
      )}
      {trouble === undefined ? null : <Problem text={words(trouble)} />}
      {answered === undefined ? null : (
        <p role="status" className={s.notice}>
          {say(`console.login.answered.${answered}`)}
        </p>
      )}
      <div className={s.buttons}>
        {asked === undefined || done ? null : (
          <>
            <Button look="primary" busy={busy} onClick={() => void model.answer("confirm")}>
              {say("console.login.confirm")}
            </Button>
            <Button busy={busy} onClick={() => void model.answer("refuse")}>
              {say("console.login.refuse")}
            </Button>
          </>
        )}
        <Button look="quiet" onClick={() => app.go({ kind: "cases" }, true)}>
          {say("console.cases.title")}
        </Button>
      </div>
    </main>
  );
}
