/** The code that one reads to who approves one's role, and the button that shows it. */
import { type RoleCodeModel, readOut } from "../../view_models/role_code";
import { useObserved } from "../observed";
import { useFormat, useText, useTroubleText } from "../text";
import { Button } from "./button";
import { Problem } from "./field";
import s from "./shown_code.module.css";

export function ShownCode({ model }: { model: RoleCodeModel }) {
  const say = useText();
  const format = useFormat();
  const words = useTroubleText();
  const { code, busy, trouble } = useObserved(model.state);
  return (
    <div className={s.part}>
      <div role="status" className={s.shown} hidden={code === undefined}>
        {code === undefined ? null : (
          <>
            <p>{say("role_code.code")}</p>
            <strong className={s.code} dir="ltr">
              {readOut(code.code)}
            </strong>
            <p>{say("role_code.read", { at: format.moment(code.expires_at) })}</p>
          </>
        )}
      </div>
      {trouble === undefined ? null : <Problem text={words(trouble)} />}
      <Button
        look={code === undefined ? "primary" : "plain"}
        busy={busy}
        onClick={() => void model.show()}
      >
        {say(code === undefined ? "role_code.show" : "role_code.new")}
      </Button>
    </div>
  );
}
