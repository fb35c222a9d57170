/** A role that waits for this person, below their password: its code is shown once that is new. */
import { useEffect, useState } from "react";
import type { Later } from "../../view_models/later";
import type { OwnPasswordModel } from "../../view_models/own_password";
import type { RoleCodeModel } from "../../view_models/role_code";
import { useObserved } from "../observed";
import { SheetPart } from "../parts/sheet";
import { ShownCode } from "../parts/shown_code";
import { type TextId, useText } from "../text";
import s from "./sheets.module.css";

interface RoleCodePartProps {
  later: Later;
  password: OwnPasswordModel;
}

export function RoleCodePart({ later, password }: RoleCodePartProps) {
  const { done } = useObserved(password.state);
  const [model, setModel] = useState<RoleCodeModel>();
  // A new password makes this device the one that shows the code.
  // biome-ignore lint/correctness/useExhaustiveDependencies: looked at again once one is chosen
  useEffect(() => {
    let here = true;
    later.roleCode().then(
      (found) => here && setModel(found),
      () => {},
    );
    return () => {
      here = false;
    };
  }, [later, done]);
  return model === undefined ? null : <Waiting key={String(done)} model={model} />;
}

function Waiting({ model }: { model: RoleCodeModel }) {
  const say = useText();
  const { chosen } = useObserved(model.state);
  const { role, asked_by: by } = model.waits;
  return (
    <SheetPart title={say("role_code.title")}>
      <div className={s.add}>
        <p>{say("role_code.lead", { by, role: say(`told.role.${role}` as TextId) })}</p>
        {chosen ? <ShownCode model={model} /> : <p>{say("role_code.password")}</p>}
      </div>
    </SheetPart>
  );
}
