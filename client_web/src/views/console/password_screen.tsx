/** One's own password at the console. */
import type { Console } from "../../view_models/console/console";
import { placeOf } from "../../view_models/console/place";
import type { OwnPasswordModel } from "../../view_models/own_password";
import { Button } from "../parts/button";
import { NewPassword } from "../parts/new_password";
import { useText } from "../text";
import s from "./console.module.css";

export function PasswordScreen({ model, app }: { model: OwnPasswordModel; app: Console }) {
  const say = useText();
  return (
    <main className={s.cases}>
      <section className={`${s.form} ${s.lone}`} aria-labelledby="password">
        <h1 id="password" className={s.heading}>
          {say("password.change")}
        </h1>
        <NewPassword model={model} look="primary" first />
        <Button look="quiet" onClick={() => app.go(placeOf(""), true)}>
          {say("console.password.back")}
        </Button>
      </section>
    </main>
  );
}
