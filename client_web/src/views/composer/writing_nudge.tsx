/** A quiet line while a text suggests going on where nothing is recorded; it holds nothing back. */
import type { Nudge } from "../../view_models/nudge";
import { IconButton } from "../parts/button";
import { useText } from "../text";
import s from "./writing_nudge.module.css";

interface WritingNudgeProps {
  nudge: Nudge | undefined;
  /** Undefined: this person invites nobody. */
  onInvite: (() => void) | undefined;
  onDismiss(): void;
}

export function WritingNudge({ nudge, onInvite, onDismiss }: WritingNudgeProps) {
  const say = useText();
  return (
    <div className={s.nudge} data-shown={nudge !== undefined || undefined}>
      {/* It stands there empty before, so that the words are read out, once, and nothing else. */}
      <div role="status" className={s.words}>
        {nudge === undefined ? null : say(`nudge.writing.${nudge}`)}
      </div>
      {nudge !== "invite" || onInvite === undefined ? null : (
        <button type="button" className={s.invite} onClick={onInvite}>
          {say("new.invite")}
        </button>
      )}
      {nudge === undefined ? null : (
        <IconButton icon="close" size={16} label={say("nudge.dismiss")} onClick={onDismiss} />
      )}
    </div>
  );
}
