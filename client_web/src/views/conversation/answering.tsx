/** To a client: when somebody answers here; while nobody is there, what becomes of what they write. */
import type { AnsweringView, HoursLine } from "../../view_models/answering";
import { Strip } from "../parts/strip";
import { type Format, type Say, useFormat, useText } from "../text";
import s from "./answering.module.css";

/** Mon–Fri 09:00–17:00, Sat all day */
function hoursText(hours: readonly HoursLine[], say: Say, format: Format): string {
  return hours
    .map(({ first, last, times }) => {
      const days = [...new Set([first, last])].map((day) => format.weekday(day)).join("\u2013");
      const said = times.map((one) => one.replace("-", "\u2013")).join(", ");
      return `${days} ${times[0] === "00:00-24:00" ? say("answering.whole_day") : said}`;
    })
    .join("; ");
}

/** When they usually answer; undefined: no week says so. */
export function answersText(view: AnsweringView, say: Say, format: Format): string | undefined {
  if (view.always) return say("answering.always");
  if (view.hours.length === 0) return undefined;
  const hours = hoursText(view.hours, say, format);
  if (view.time === "zone") return say("answering.hours.zone", { hours, zone: view.zone ?? "" });
  return say(view.time === "own" ? "answering.hours.own" : "answering.hours", { hours });
}

/** For the header: the hours, or when somebody is back. */
export function AnsweringLine({ view, now }: { view: AnsweringView; now: number }) {
  const say = useText();
  const format = useFormat();
  const { there, changes } = view;
  if (there) return answersText(view, say, format) ?? null;
  if (changes === undefined) return say("answering.nobody");
  return say("answering.back", { when: format.next(changes, now) });
}

/** To a client, above the composer: whoever answered here left, and nobody has taken over yet. */
export function Uncovered({ name }: { name: string | undefined }) {
  const say = useText();
  return name === undefined ? null : (
    <Strip icon="people">{say("uncovered.write", { name })}</Strip>
  );
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
