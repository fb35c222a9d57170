/** A line of the system: who joined, left, was added, renamed, and from when history is shared. */
import { memo } from "react";
import type { NoticeRow } from "../../view_models/timeline";
import { usePreferences } from "../preferences_context";
import { useFormat, useText } from "../text";
import { AutomaticReply } from "./automatic_reply";
import { eventText, historyText } from "./event_text";
import s from "./notice.module.css";

export const Notice = memo(function Notice({ row }: { row: NoticeRow }) {
  const say = useText();
  const format = useFormat();
  const { language } = usePreferences();
  const reads = historyText(row, say, format);
  if (row.type === "out_of_office.replied")
    return <AutomaticReply row={row} text={row.text ?? ""} />;
  return (
    <p className={s.notice} title={format.full(row.at)}>
      <span>{eventText(row, say, format, language)}</span>
      {reads === undefined ? null : <span className={s.reads}>{reads}</span>}
      <time className={s.time} dateTime={row.at}>
        {format.clock(row.at)}
      </time>
    </p>
  );
});
