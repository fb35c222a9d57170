/** What the service replied by itself: no person said it, and it looks like nobody's words. */
import type { NoticeRow } from "../../view_models/timeline";
import { Icon } from "../parts/icon";
import { useFormat, useText } from "../text";
import s from "./automatic_reply.module.css";

export function AutomaticReply({ row, text }: { row: NoticeRow; text: string }) {
  const say = useText();
  const format = useFormat();
  return (
    <section
      className={s.reply}
      aria-label={say("event.out_of_office.replied")}
      title={format.full(row.at)}
    >
      <p className={s.label}>
        <Icon name="clock" size={16} />
        <span>{say("event.out_of_office.replied")}</span>
        <time className={s.time} dateTime={row.at}>
          {format.clock(row.at)}
        </time>
      </p>
      <p className={s.text} dir="auto">
        {text}
      </p>
    </section>
  );
}
