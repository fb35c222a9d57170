/** A role waits: its person reads a code to the administrator who approves it. */
import type { RoleCodeModel } from "../../view_models/role_code";
import { DoorPage } from "../invitation/door_page";
import s from "../invitation/invitation.module.css";
import { useObserved } from "../observed";
import { Button } from "../parts/button";
import { NewPassword } from "../parts/new_password";
import { ShownCode } from "../parts/shown_code";
import { type TextId, useText } from "../text";

export function RoleCode({ model }: { model: RoleCodeModel }) {
  const say = useText();
  const { chosen, code } = useObserved(model.state);
  const { role, asked_by: by } = model.waits;
  return (
    <DoorPage title={say("role_code.title")} step={chosen ? "code" : "password"}>
      <p className={s.lead}>
        {say("role_code.lead", { by, role: say(`told.role.${role}` as TextId) })}
      </p>
      {chosen ? (
        <ShownCode model={model} />
      ) : (
        <>
          <p className={s.lead}>{say("role_code.password")}</p>
          <NewPassword model={model.password} look="primary" />
        </>
      )}
      <div className={s.actions}>
        <Button look="quiet" onClick={() => void model.later()}>
          {say(code === undefined ? "role_code.later" : "told.ok")}
        </Button>
      </div>
    </DoorPage>
  );
}
