/** Under a message that was marked as a complaint: under which reference, and how it stands. */
import type { ComplaintMark as Mark } from "../../view_models/timeline";
import { Icon } from "../parts/icon";
import { WithReference } from "../parts/reference";
import { useFormat, useText } from "../text";
import s from "./complaint.module.css";

interface ComplaintMarkProps {
  id: string;
  complaint: Mark | undefined;
  mine: boolean;
}

export function ComplaintMark({ id, complaint, mine }: ComplaintMarkProps) {
  const say = useText();
  const format = useFormat();
  if (complaint === undefined) return null;
  const { reference, due, state } = complaint;
  return (
    <div id={id} className={s.mark} data-mine={mine || undefined}>
      <Icon name="flag" size={14} />
      <span>
        <WithReference
          text={say(`complaint.mark.${state}`, { reference, day: format.date(due) })}
          reference={reference}
        />
      </span>
    </div>
  );
}
