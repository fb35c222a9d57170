/** The next weeks by what is typed: each day with its hours, holidays by their names. */
import type { OfficeHours } from "../../view_models/console/hours";
import { useObserved } from "../observed";
import { useFormat, useText } from "../text";
import s from "./console.module.css";
import t from "./table.module.css";

export function Ahead({ model }: { model: OfficeHours }) {
  const say = useText();
  const format = useFormat();
  const { ahead, changed } = useObserved(model.state);
  return (
    <section className={s.form} aria-labelledby="ahead">
      <h2 id="ahead" className={s.heading}>
        {say("console.ahead.title")}
      </h2>
      <p role="status" className={s.soft}>
        {ahead.length === 0
          ? say("console.ahead.none")
          : say(changed ? "console.ahead.draft" : "console.ahead.kept")}
      </p>
      {ahead.length === 0 ? null : (
        <table className={t.table}>
          <thead>
            <tr>
              <th scope="col">{say("console.ahead.day")}</th>
              <th scope="col">{say("console.ahead.hours")}</th>
            </tr>
          </thead>
          <tbody>
            {ahead.map(({ date, hours, holidays }) => (
              <tr key={date}>
                <th scope="row">{format.dayOfWeek(`${date}T12:00:00`)}</th>
                <td>
                  <span className={s.figures}>
                    {hours.length === 0 ? say("hours.free") : hours.join(", ")}
                  </span>{" "}
                  {holidays.map((name) => (
                    <bdi key={name}>{name} </bdi>
                  ))}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
