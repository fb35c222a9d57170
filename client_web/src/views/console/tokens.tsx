/** Tokens with which scripts and bots act as this account: made here, shown once, revoked here. */
import type { FormEvent } from "react";
import type { AccountList } from "../../view_models/console/accounts";
import type { Access } from "../../view_models/console/shown";
import { useObserved } from "../observed";
import { Button } from "../parts/button";
import { Field } from "../parts/field";
import { useFormat, useText } from "../text";
import s from "./console.module.css";

export function Tokens({ model }: { model: AccountList }) {
  const say = useText();
  const { tokens = [], busy } = useObserved(model.state);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const days = Number(new FormData(form).get("days"));
    const name = String(new FormData(form).get("token")).trim();
    const body = days > 0 ? { name, days } : { name };
    void model.makeToken(body).then((made) => made && form.reset());
  };
  return (
    <section className={s.form} aria-labelledby="tokens">
      <h2 id="tokens" className={s.heading}>
        {say("console.token.title")}
      </h2>
      <p className={s.soft}>{say("console.token.lead")}</p>
      <ul className={s.forms}>
        {tokens.map((token) => (
          <TokenRow key={token.id} token={token} model={model} />
        ))}
      </ul>
      <form className={s.forms} onSubmit={submit}>
        <Field name="token" label={say("console.token.name")} maxLength={100} required />
        <Field name="days" type="number" min={1} max={36500} label={say("console.token.days")} />
        <Button type="submit" busy={busy}>
          {say("console.token.verb")}
        </Button>
      </form>
    </section>
  );
}

function TokenRow({ token, model }: { token: Access; model: AccountList }) {
  const say = useText();
  const { busy } = useObserved(model.state);
  const format = useFormat();
  const made = format.moment(token.created_at);
  return (
    <li className={s.buttons}>
      <span>
        <bdi>{token.name}</bdi>{" "}
        <span className={s.figures}>
          {token.expires_at === undefined
            ? say("console.token.never", { made })
            : say("console.token.until", { made, until: format.moment(token.expires_at) })}
        </span>
      </span>
      <Button busy={busy} onClick={() => void model.revoke(token.id)}>
        {say("console.token.revoke")}
      </Button>
    </li>
  );
}
