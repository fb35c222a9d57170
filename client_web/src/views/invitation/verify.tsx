/** The period is over: a client shows with a code that it is still them. */
import type { VerifyModel } from "../../view_models/verify";
import { useObserved } from "../observed";
import { Button } from "../parts/button";
import { Problem } from "../parts/field";
import { useText, useTroubleText } from "../text";
import { CodeForm } from "./code_form";
import { DoorPage } from "./door_page";
import s from "./invitation.module.css";

export function Verify({ model }: { model: VerifyModel }) {
  const say = useText();
  const words = useTroubleText();
  const { busy, code, trouble } = useObserved(model.state);
  const out = (
    <Button look="quiet" onClick={() => void model.signOut()}>
      {say("sign_out.open")}
    </Button>
  );
  return (
    <DoorPage title={say("verify.title")} step={code === undefined ? "begin" : "code"}>
      {code === undefined ? (
        <>
          <p className={s.lead}>{say("verify.lead", { firm: model.firm })}</p>
          <div className={s.actions}>
            {trouble === undefined ? null : <Problem text={words(trouble)} />}
            <Button look="primary" busy={busy} onClick={() => void model.send()}>
              {say(busy ? "notice.busy" : "client.send")}
            </Button>
            {out}
          </div>
        </>
      ) : (
        <CodeForm model={code} foot={out} />
      )}
    </DoorPage>
  );
}
