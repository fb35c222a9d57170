/** A client's choice: whether we write to them outside the chat when something waits. */
import type { LettersModel, LettersState } from "../../view_models/letters";
import { useObserved } from "../observed";
import { Button } from "../parts/button";
import { Problem } from "../parts/field";
import { Switch } from "../parts/switch";
import { type Say, useText, useTroubleText } from "../text";
import s from "./sheets.module.css";

export function LettersPart({ model }: { model: LettersModel }) {
  const say = useText();
  const words = useTroubleText();
  const state = useObserved(model.state);
  const { wanted, busy, trouble } = state;
  return (
    <div className={s.add} aria-busy={wanted === undefined && trouble === undefined}>
      {trouble === undefined ? null : <Problem text={words(trouble)} />}
      {wanted === undefined ? (
        trouble && <Button onClick={() => model.refresh()}>{say("message.retry")}</Button>
      ) : (
        <Switch
          label={say("letters.unread")}
          note={where(state, say)}
          on={wanted}
          busy={busy}
          onChange={(on) => void model.choose(on)}
        />
      )}
      <p className={s.note}>{say("letters.always")}</p>
    </div>
  );
}

function where({ to }: LettersState, say: Say): string {
  if (to === undefined) return say("letters.nowhere");
  return say(`letters.to.${to.way}`, { address: to.address });
}
