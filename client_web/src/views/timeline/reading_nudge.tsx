/** Under a message that suggests another channel: the answer belongs here. */
import type { MessageRow } from "../../view_models/timeline";
import { useText } from "../text";
import type { TimelineActions } from "./actions";
import s from "./reading_nudge.module.css";

interface ReadingNudgeProps {
  id: string;
  nudge: MessageRow["nudge"];
  tabIndex: number;
  actions: TimelineActions;
}

export function ReadingNudge({ id, nudge, tabIndex, actions }: ReadingNudgeProps) {
  const say = useText();
  if (nudge === undefined) return null;
  return (
    <div className={s.nudge}>
      <span id={id}>{say("nudge.reading")}</span>
      {nudge === "invite" ? (
        <button type="button" tabIndex={tabIndex} onClick={() => actions.onInvite()}>
          {say("new.invite")}
        </button>
      ) : null}
    </div>
  );
}
