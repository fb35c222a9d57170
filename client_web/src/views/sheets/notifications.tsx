/** What one is told of, and where: on this device, and (clients) by letter. */
import type { AlertsModel, AlertsState, PushState } from "../../view_models/alerts";
import type { LettersModel } from "../../view_models/letters";
import { useObserved } from "../observed";
import { Sheet, SheetPart } from "../parts/sheet";
import { Switch } from "../parts/switch";
import { type TextId, useText } from "../text";
import { LettersPart } from "./letters";
import { QuietPart } from "./quiet";
import s from "./sheets.module.css";

interface NotificationsSheetProps {
  alerts: AlertsModel;
  /** Undefined: this person gets none. */
  letters: LettersModel | undefined;
  onClose(): void;
}

export function NotificationsSheet({ alerts, letters, onClose }: NotificationsSheetProps) {
  const say = useText();
  return (
    <Sheet title={say("letters.title")} onClose={onClose}>
      <SheetPart>
        <AlertsPart model={alerts} />
      </SheetPart>
      {letters === undefined ? null : (
        <SheetPart>
          <LettersPart model={letters} />
        </SheetPart>
      )}
      <SheetPart>
        <QuietPart model={alerts} />
      </SheetPart>
    </Sheet>
  );
}

const NOTES: Readonly<Record<AlertsState["permission"], TextId>> = {
  unsupported: "alerts.unsupported",
  blocked: "alerts.blocked",
  ask: "alerts.note",
  given: "alerts.note",
};

function closedNote({ failed, names }: PushState, named: boolean): TextId {
  if (failed) return "alerts.closed.failed";
  return named && !names ? "alerts.closed.unnamed" : "alerts.closed.note";
}

function AlertsPart({ model }: { model: AlertsModel }) {
  const say = useText();
  const { on, named, permission, busy, closed } = useObserved(model.state);
  return (
    <div className={s.add}>
      <Switch
        label={say("alerts.here")}
        note={say(NOTES[permission])}
        on={on}
        busy={busy}
        onChange={(wanted) => void model.turn(wanted)}
      />
      {on ? (
        <Switch
          label={say("alerts.named")}
          note={say("alerts.named.note")}
          on={named}
          onChange={(wanted) => model.name(wanted)}
        />
      ) : null}
      {on && closed !== undefined ? (
        <Switch
          label={say("alerts.closed")}
          note={say(closedNote(closed, named))}
          on={closed.on}
          busy={closed.busy}
          onChange={(wanted) => void model.close(wanted)}
        />
      ) : null}
      <p className={s.note}>{say("alerts.levels")}</p>
    </div>
  );
}
