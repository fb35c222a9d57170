/** What somebody does and where in the firm: everybody who sees them sees it. */
import type { FormEvent } from "react";
import type { AccountList } from "../../view_models/console/accounts";
import type { Account } from "../../view_models/console/shown";
import { useObserved } from "../observed";
import { Button } from "../parts/button";
import { Field } from "../parts/field";
import { useText } from "../text";
import s from "./console.module.css";

export function AccountPosition({ model, account }: { model: AccountList; account: Account }) {
  const say = useText();
  const { busy } = useObserved(model.state);
  const { title, branch, kind } = account;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const given = ["title", "branch"].flatMap((name) => {
      const value = String(form.get(name) ?? "").trim();
      return value === "" ? [] : [[name, value]];
    });
    void model.setPosition(Object.fromEntries(given));
  };
  return (
    <form className={s.form} aria-label={say("console.position.title")} onSubmit={submit}>
      <Field
        name="title"
        label={say("console.add.job")}
        maxLength={200}
        {...(title === undefined ? {} : { defaultValue: title })}
      />
      {kind === "client" ? null : (
        <Field
          name="branch"
          label={say("console.add.branch")}
          maxLength={200}
          {...(branch === undefined ? {} : { defaultValue: branch })}
        />
      )}
      <Button type="submit" busy={busy}>
        {say("console.position.keep")}
      </Button>
    </form>
  );
}
