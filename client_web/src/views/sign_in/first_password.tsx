/** Before anything else: somebody of the firm chooses the password that only they know. */
import type { FirstPasswordModel } from "../../view_models/own_password";
import { DoorPage } from "../invitation/door_page";
import s from "../invitation/invitation.module.css";
import { Button } from "../parts/button";
import { NewPassword } from "../parts/new_password";
import { useText } from "../text";

export function ChooseFirstPassword({ model }: { model: FirstPasswordModel }) {
  const say = useText();
  return (
    <DoorPage title={say("password.first.title")}>
      <p className={s.lead}>{say("password.first.lead")}</p>
      <NewPassword model={model} look="primary" first />
      <div className={s.actions}>
        <Button look="quiet" onClick={() => void model.signOut()}>
          {say("sign_out.open")}
        </Button>
      </div>
    </DoorPage>
  );
}
