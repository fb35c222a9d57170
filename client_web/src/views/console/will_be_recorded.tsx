/** Before a look: that it will be on the record, with who, why and what. */
import type { Workbench } from "../../view_models/console/workbench";
import { useObserved } from "../observed";
import { useText } from "../text";
import s from "./query.module.css";

export function WillBeRecorded({ bench, what }: { bench: Workbench; what: string }) {
  const say = useText();
  const { opened } = useObserved(bench.record.state);
  const { reason } = useObserved(bench.search.state).fields;
  return (
    <div className={s.recorded}>
      <strong>{say("console.recorded.title")}</strong>
      <dl>
        <dt>{say("console.recorded.who")}</dt>
        <dd>{bench.me.person.name}</dd>
        <dt>{say("console.recorded.why")}</dt>
        <dd>
          {bench.id}: {reason.trim() || opened?.reason}
        </dd>
        <dt>{say("console.recorded.what")}</dt>
        <dd>{what}</dd>
      </dl>
    </div>
  );
}
