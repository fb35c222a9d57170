/** A new password for an account; the person's sessions end. */
import type { FormEvent } from "react";
import type { AccountList } from "../../view_models/console/accounts";
import { useObserved } from "../observed";
import { Button } from "../parts/button";
import { Field } from "../parts/field";
import { useText } from "../text";
import s from "./console.module.css";

export function Password({ model }: { model: AccountList }) {
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
