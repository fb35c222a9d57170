/** One's own password, once more. */
import type { FormEvent } from "react";
import { useText } from "../text";
import { Button } from "./button";
import { Field } from "./field";
import s from "./password_form.module.css";

interface PasswordFormProps {
  lead?: string;
  /** What the button says. */
  verb: string;
  busy: boolean;
  look?: "primary" | "plain";
  /** Takes the focus. */
  first?: boolean;
  onDone(password: string): void;
}

export function PasswordForm(props: PasswordFormProps) {
  const { lead, verb, busy, look = "plain", first = false, onDone } = props;
  const say = useText();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (!busy) onDone(String(new FormData(event.currentTarget).get("password")));
  };
  return (
    <form className={s.form} onSubmit={submit}>
      {lead === undefined ? null : <p>{lead}</p>}
      <Field
        name="password"
        type="password"
        dir="ltr"
        label={say("sign_in.password")}
        autoComplete="current-password"
        autoFocus={first}
        required
      />
      <Button look={look} type="submit" busy={busy}>
        {verb}
      </Button>
    </form>
  );
}
