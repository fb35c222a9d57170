/** What is open: which numbers, that none is missing, who was there, how far they had read. */
import { listed } from "../../view_models/bidi";
import { documentAddress } from "../../view_models/console/exports";
import { calledThen } from "../../view_models/console/lines";
import type { OpenedRange } from "../../view_models/console/shown";
import type { Workbench } from "../../view_models/console/workbench";
import { Button } from "../parts/button";
import { ClientTag } from "../parts/client_tag";
import { useText } from "../text";
import { clockOf } from "./instant";
import s from "./transcript.module.css";

interface RangeHeadProps {
  bench: Workbench;
  range: OpenedRange;
  read: number;
  complete: boolean;
  language: string;
  onExport(): void;
}

export function RangeHead({ bench, range, read, complete, language, onExport }: RangeHeadProps) {
  const say = useText();
  const { first, last, count, members, read_marks: marks } = range;
  return (
    <header className={s.head}>
      <h2 className={s.heading}>
        <bdi>{range.title ?? bench.desk.conversationName(range.conversation)}</bdi>{" "}
        {bench.desk.reachesOutside(range.conversation) ? <ClientTag /> : null}
      </h2>
      {range.kind === "personal" ? <p>{say("console.choice.personal")}</p> : null}
      <p className={s.figures}>{say("console.range.whole", { first, last, count })}</p>
      <p className={s.soft}>
        {say("console.results.recorded", { number: range.number, at: clockOf(range.recorded_at) })}
      </p>
      {members.length === 0 ? null : (
        <p>{say("console.range.members", { people: listed(members.map(calledThen)) })}</p>
      )}
      {marks.length === 0 ? null : (
        <ul className={s.marks} aria-label={say("console.range.marks")}>
          {marks.map((mark) => (
            <li key={mark.person.id}>
              {say("console.range.mark", {
                who: calledThen(mark.person),
                delivered: mark.delivered ?? 0,
                read: mark.read ?? 0,
              })}
            </li>
          ))}
        </ul>
      )}
      <p className={s.verbs}>
        <Button onClick={onExport}>{say("console.range.export")}</Button>
        <Button onClick={() => window.print()}>{say("console.range.print")}</Button>
        <a href={documentAddress(bench.id, range.number, language)} download>
          {say("console.range.document")}
        </a>
      </p>
      {complete ? null : (
        <progress className={s.progress} max={count} value={read} aria-label={say("loading")} />
      )}
    </header>
  );
}
