/** Asks before one person's page becomes another's, or says that another tab did it. */
import type { SwitchModel } from "../../view_models/switching";
import { DoorPage } from "../invitation/door_page";
import s from "../invitation/invitation.module.css";
import { Button } from "../parts/button";
import { useText } from "../text";

export function Switching({ model }: { model: SwitchModel }) {
  const say = useText();
  const { here, next, goOn, stay } = model;
  const asks = stay !== undefined;
  return (
    <DoorPage
      title={say(asks ? "switch_person.ask" : "switch_person.told", { here, next })}
      step=""
    >
      <p className={s.lead}>
        {say(asks ? "switch_person.ask.lead" : "switch_person.told.lead", { here, next })}
      </p>
      <div className={s.actions}>
        <Button look="primary" onClick={goOn}>
          {say("switch_person.go", { next })}
        </Button>
        {stay === undefined ? null : (
          <Button look="quiet" onClick={stay}>
            {say("switch_person.stay", { here })}
          </Button>
        )}
      </div>
    </DoorPage>
  );
}
