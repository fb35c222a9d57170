/** A form for one's new password, after the current one where that is asked for. */
import type { FormEvent } from "react";
import type { OwnPasswordModel } from "../../view_models/own_password";
import { useObserved } from "../observed";
import { useText, useTroubleText } from "../text";
import { Button } from "./button";
import { Field, Problem } from "./field";
import s from "./password_form.module.css";

interface NewPasswordProps {
  model: OwnPasswordModel;
  look?: "primary" | "plain";
  /** Its first field takes the focus. */
  first?: boolean;
}

export function NewPassword({ model, look = "plain", first = false }: NewPasswordProps) {
  const say = useText();
  const words = useTroubleText();
  const { current, busy, done, trouble } = useObserved(model.state);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const given = new FormData(form);
    const before = given.get("current");
    const chosen = model.choose(
      String(given.get("password")),
      before === null ? undefined : String(before),
    );
    void chosen.then((done) => done && form.reset());
  };
  if (current === undefined) return null;
  const ofCurrent = trouble?.code === "bad_password" ? words(trouble) : undefined;
  const ofNew = trouble?.code.startsWith("password_") ? words(trouble) : undefined;
  return (
    <form className={s.form} onSubmit={submit}>
      {current ? (
        <Field
          name="current"
          type="password"
          dir="ltr"
          label={say("password.current")}
          error={ofCurrent}
          autoComplete="current-password"
          autoFocus={first}
          required
        />
      ) : null}
      <Field
        name="password"
        type="password"
        dir="ltr"
        label={say("password.new")}
        hint={say("password.new.hint")}
        error={ofNew}
        autoComplete="new-password"
        minLength={12}
        maxLength={1000}
        autoFocus={first && !current}
        required
      />
      {trouble === undefined || (ofCurrent ?? ofNew) !== undefined ? null : (
        <Problem text={words(trouble)} />
      )}
      <p role="status" hidden={!done}>
        {done ? say("password.done") : null}
      </p>
      <Button look={look} type="submit" busy={busy}>
        {say("password.verb")}
      </Button>
    </form>
  );
}
