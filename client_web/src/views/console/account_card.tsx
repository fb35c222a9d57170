/** One account: what lets them in, and the end of it. */
import type { FormEvent } from "react";
import { type AccountList, usualPlace } from "../../view_models/console/accounts";
import type { Account } from "../../view_models/console/shown";
import { useObserved } from "../observed";
import { Button } from "../parts/button";
import { Field } from "../parts/field";
import { type TextId, useText } from "../text";
import { Clients } from "./clients";
import s from "./console.module.css";
import { EndAccount } from "./end_account";
import { Tokens } from "./tokens";

export function AccountCard({ model, account }: { model: AccountList; account: Account }) {
  const say = useText();
  const about = [say(`console.role.${account.role}` as TextId), account.org, account.mail];
  return (
    <>
      <section className={s.form} aria-labelledby="account">
        <h2 id="account" className={s.heading}>
          <bdi>{account.name}</bdi>
        </h2>
        <p className={s.soft}>
          <bdi>{about.filter(Boolean).join(" · ")}</bdi>
        </p>
        <Doors model={model} account={account} />
        <Button look="quiet" onClick={() => model.choose(undefined)}>
          {say("console.add.title")}
        </Button>
      </section>
      <Clients model={model} account={account} />
      {account.active ? <Tokens model={model} /> : null}
    </>
  );
}

function Doors({ model, account }: { model: AccountList; account: Account }) {
  const say = useText();
  const { busy } = useObserved(model.state);
  if (!account.active) {
    return (
      <>
        <p>{say("console.account.ended")}</p>
        <Button busy={busy} onClick={() => void model.activate()}>
          {say("console.account.activate")}
        </Button>
      </>
    );
  }
  const place = usualPlace(account.role);
  const staff = account.kind === "employee";
  return (
    <>
      {account.kind === "bot" ? null : (
        <Button busy={busy} onClick={() => void model.makeLink(place)}>
          {say(`console.account.link.${place}`)}
        </Button>
      )}
      {staff && account.username !== undefined ? <Password model={model} /> : null}
      <p className={s.soft}>{say("console.account.devices")}</p>
      <EndAccount model={model} account={account} />
    </>
  );
}

function Password({ model }: { model: AccountList }) {
  const say = useText();
  const { busy } = useObserved(model.state);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const password = String(new FormData(form).get("password"));
    void model.setPassword(password).then((set) => set && form.reset());
  };
  return (
    <form className={s.forms} onSubmit={submit}>
      <Field
        name="password"
        type="password"
        dir="ltr"
        label={say("console.account.password")}
        hint={say("console.account.password_hint")}
        autoComplete="new-password"
        minLength={12}
        required
      />
      <Button type="submit" busy={busy}>
        {say("console.account.password_verb")}
      </Button>
    </form>
  );
}
