/** Lines about complaints: what was marked, why, under which reference and until when; and its end. */
import type { NoticeRow } from "../../view_models/timeline";
import { WithReference } from "../parts/reference";
import { usePreferences } from "../preferences_context";
import { useFormat, useText } from "../text";
import s from "./complaint.module.css";
import { eventText } from "./event_text";

interface ComplaintNoticeProps {
  row: NoticeRow;
  onJump(eventId: string): void;
}

export function ComplaintNotice({ row, onJump }: ComplaintNoticeProps) {
  const say = useText();
  const format = useFormat();
  const { language } = usePreferences();
  const target = row.complaint?.target;
  const words = row.complaint?.reason ?? row.complaint?.note;
  return (
    <div className={s.notice} title={format.full(row.at)}>
      <p>
        <WithReference
          text={eventText(row, say, format, language)}
          reference={row.complaint?.reference ?? ""}
        />
        <time className={s.time} dateTime={row.at}>
          {format.clock(row.at)}
        </time>
      </p>
      {words === undefined ? null : (
        <blockquote className={s.words} dir="auto">
          {words}
        </blockquote>
      )}
      {target === undefined ? null : (
        <button type="button" className={s.jump} onClick={() => onJump(target)}>
          {say("complaint.jump")}
        </button>
      )}
    </div>
  );
}
