/** A client's choice: whether we write to them outside the chat when something waits. */
import type { LettersModel, LettersState } from "../../view_models/letters";
import { useObserved } from "../observed";
import { Button } from "../parts/button";
import { Problem } from "../parts/field";
import { Sheet, SheetPart } from "../parts/sheet";
import { Switch } from "../parts/switch";
import { type Say, useText, useTroubleText } from "../text";
import s from "./sheets.module.css";

interface LettersSheetProps {
  model: LettersModel;
  onClose(): void;
}

export function LettersSheet({ model, onClose }: LettersSheetProps) {
  const say = useText();
  const words = useTroubleText();
  const state = useObserved(model.state);
  const { wanted, busy, trouble } = state;
  return (
    <Sheet title={say("letters.title")} onClose={onClose}>
      <SheetPart>
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
      </SheetPart>
    </Sheet>
  );
}

function where({ to }: LettersState, say: Say): string {
  if (to === undefined) return say("letters.nowhere");
  return say(`letters.to.${to.way}`, { address: to.address });
}
