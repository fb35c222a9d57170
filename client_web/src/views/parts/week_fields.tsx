/** A week as seven lines of times, and the zone that they are meant in. */
import { type DayLines, wrong } from "../../view_models/hours";
import { useFormat, useText } from "../text";
import { Field } from "./field";
import s from "./week_fields.module.css";
import { ZoneField } from "./zone_field";

interface WeekFieldsProps {
  zone: string;
  lines: DayLines;
  onZone(zone: string): void;
  onLines(lines: DayLines): void;
  /** A field was left: what it says can be tried out. */
  onDone?(): void;
}

export function WeekFields({ zone, lines, onZone, onLines, onDone }: WeekFieldsProps) {
  const say = useText();
  const format = useFormat();
  const bad = wrong(lines);
  return (
    <fieldset className={s.week} onBlur={onDone}>
      <legend className="aside">{say("hours.week")}</legend>
      {lines.map((line, day) => (
        <Field
          // biome-ignore lint/suspicious/noArrayIndexKey: the day of the week is what it is
          key={day}
          label={format.weekdayName(day)}
          value={line}
          placeholder={say("hours.free")}
          error={bad[day] ? say("hours.wrong") : undefined}
          dir="ltr"
          onChange={(event) =>
            onLines(lines.map((one, at) => (at === day ? event.target.value : one)))
          }
        />
      ))}
      <ZoneField zone={zone} onZone={onZone} />
    </fieldset>
  );
}
