/** One's password, below the devices: another one signs all of the others out. */
import type { OwnPasswordModel } from "../../view_models/own_password";
import { NewPassword } from "../parts/new_password";
import { SheetPart } from "../parts/sheet";
import { useText } from "../text";
import s from "./sheets.module.css";

export function OwnPasswordPart({ model }: { model: OwnPasswordModel }) {
  const say = useText();
  return (
    <SheetPart title={say("password.change")}>
      <div className={s.add}>
        <NewPassword model={model} />
      </div>
    </SheetPart>
  );
}
