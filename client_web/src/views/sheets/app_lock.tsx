/** When the app locks by itself, and what unlocks it. */
import { useId } from "react";
import { type AppLockModel, LOCK_MINUTES } from "../../view_models/app_lock";
import d from "../dialogs/dialogs.module.css";
import { useObserved } from "../observed";
import { Button } from "../parts/button";
import { Sheet, SheetPart } from "../parts/sheet";
import { useText } from "../text";
import { PasskeysPart } from "./passkeys";
import s from "./sheets.module.css";

interface AppLockSheetProps {
  model: AppLockModel;
  now: number;
  onClose(): void;
}

export function AppLockSheet({ model, now, onClose }: AppLockSheetProps) {
  const say = useText();
  return (
    <Sheet title={say("lock.title")} onClose={onClose}>
      <SheetPart>
        <Choice model={model} />
      </SheetPart>
      <PasskeysPart
        model={model.passkeys}
        now={now}
        note={model.isClient ? "lock.passkeys.client" : "lock.passkeys.note"}
      />
    </Sheet>
  );
}

/** What is longer than the firm wants is not offered: 0 is then as long as it allows. */
function Choice({ model }: { model: AppLockModel }) {
  const say = useText();
  const name = useId();
  const { minutes, most } = useObserved(model.state);
  const offered = LOCK_MINUTES.filter((each) => most === 0 || each < most);
  const choices = most === 0 ? [0, ...offered] : [...offered, 0];
  const chosen = most > 0 && minutes >= most ? 0 : minutes;
  const label = (each: number) =>
    each + most === 0 ? say("lock.off") : say("lock.minutes", { count: each || most });
  return (
    <div className={s.add}>
      <fieldset className={d.choices}>
        <legend>{say("lock.after")}</legend>
        {choices.map((each) => (
          <label key={each} className={d.choice}>
            <input
              type="radio"
              name={name}
              checked={chosen === each}
              onChange={() => model.choose(each)}
            />
            {label(each)}
          </label>
        ))}
      </fieldset>
      {most > 0 ? (
        <p className={s.note}>{say("lock.demanded", { count: most, firm: model.firm })}</p>
      ) : null}
      <p className={s.note}>{say("lock.note")}</p>
      <Button icon="lock" onClick={() => model.lockNow()}>
        {say("lock.now")}
      </Button>
    </div>
  );
}
