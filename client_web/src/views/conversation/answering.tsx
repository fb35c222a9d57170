/** To a client: when somebody answers here; while nobody is there, what becomes of what they write. */
import type { AnsweringView, HoursLine } from "../../view_models/answering";
import { Strip } from "../parts/strip";
import { type Format, type Say, useFormat, useText } from "../text";
import s from "./answering.module.css";

/** Mon–Fri 09:00–17:00, Sat 10:00–13:00 */
function hoursText(hours: readonly HoursLine[], format: Format): string {
  return hours
    .map(({ first, last, times }) => {
      const days = [...new Set([first, last])].map((day) => format.weekday(day)).join("\u2013");
      return `${days} ${times.map((one) => one.replace("-", "\u2013")).join(", ")}`;
    })
    .join("; ");
}

/** When they usually answer; undefined: no week says so. */
export function answersText(view: AnsweringView, say: Say, format: Format): string | undefined {
  if (view.hours.length === 0) return undefined;
  const hours = hoursText(view.hours, format);
  if (view.time === "zone") return say("answering.hours.zone", { hours, zone: view.zone ?? "" });
  return say(view.time === "own" ? "answering.hours.own" : "answering.hours", { hours });
}

/** For the header: the hours, or when somebody is back. */
export function AnsweringLine({ view, now }: { view: AnsweringView; now: number }) {
  const say = useText();
  const format = useFormat();
  const { there, changes } = view;
  if (there || changes === undefined) return answersText(view, say, format) ?? null;
  return say("answering.back", { when: format.next(changes, now) });
}

/** Above the composer, while nobody is there. */
export function NobodyThere({ view, now }: { view: AnsweringView | undefined; now: number }) {
  const say = useText();
  const format = useFormat();
  if (view === undefined || view.there) return null;
  const { changes } = view;
  if (changes === undefined) return <Strip icon="clock">{say("answering.kept.some_time")}</Strip>;
  const hours = answersText(view, say, format);
  return (
    <Strip icon="clock">
      <span className={s.phone}>{say("answering.kept.short")}</span>
      <span className={s.desk}>
        {say("answering.kept", { when: format.next(changes, now) })}
        {hours === undefined ? null : ` ${hours}.`}
      </span>
    </Strip>
  );
}
