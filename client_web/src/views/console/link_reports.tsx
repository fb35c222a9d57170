/** Below the bar, for administrators and compliance: one-time links that somebody else used. */
import type { Desk } from "../../view_models/console/desk";
import { useObserved } from "../observed";
import { Button } from "../parts/button";
import { Strip } from "../parts/strip";
import { useFormat, useText } from "../text";
import s from "./link_reports.module.css";

export function LinkReports({ desk }: { desk: Desk }) {
  const say = useText();
  const format = useFormat();
  const reports = useObserved(desk.linkReports);
  if (reports.length === 0) return null;
  return (
    <section aria-label={say("console.link_reports.label")}>
      {reports.map(({ id, name, used_at, device, address }) => (
        <div key={id} className={s.report} role="alert">
          <Strip
            tone="told"
            icon="alert"
            long
            action={
              <Button onClick={() => void desk.closeLinkReport(id)}>
                {say("console.link_reports.close")}
              </Button>
            }
          >
            {say("console.link_reports.text", {
              name,
              at: format.moment(used_at),
              device,
              address,
            })}
          </Strip>
        </div>
      ))}
    </section>
  );
}
