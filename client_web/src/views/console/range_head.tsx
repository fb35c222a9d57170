/** What is open: its name and verbs, which stay; its numbers, who was there, how far they had read. */
import { useMemo } from "react";
import { listed } from "../../view_models/bidi";
import { documentAddress } from "../../view_models/console/exports";
import { calledThen, wasOutside } from "../../view_models/console/lines";
import type { OpenedRange, TranscriptRow } from "../../view_models/console/shown";
import type { Workbench } from "../../view_models/console/workbench";
import { hides } from "../../view_models/unseen";
import { useBrowser } from "../browser";
import { Button } from "../parts/button";
import { ClientTag } from "../parts/client_tag";
import { useText } from "../text";
import { clockOf } from "./instant";
import { usePlaceName } from "./place_name";
import s from "./transcript.module.css";

interface RangeBarProps {
  bench: Workbench;
  range: OpenedRange;
  language: string;
  onExport(): void;
}

export function RangeBar({ bench, range, language, onExport }: RangeBarProps) {
  const say = useText();
  const { page } = useBrowser();
  const nameOf = usePlaceName(bench.desk);
  const outside =
    bench.desk.reachesOutside(range.conversation) ||
    (range.kind === "broadcast" && range.people.some(({ person }) => wasOutside(person)));
  return (
    <header className={s.bar}>
      <h2 className={s.heading}>
        <bdi>{range.title ?? nameOf(range.conversation)}</bdi> {outside ? <ClientTag /> : null}
      </h2>
      <p className={s.verbs}>
        <Button onClick={onExport}>{say("console.range.export")}</Button>
        <Button onClick={() => page.print()}>{say("console.range.print")}</Button>
        <a href={documentAddress(bench.id, range.number, language)} download>
          {say("console.range.document")}
        </a>
      </p>
    </header>
  );
}

interface RangeFactsProps {
  range: OpenedRange;
  rows: readonly TranscriptRow[];
}

export function RangeFacts({ range, rows }: RangeFactsProps) {
  const say = useText();
  const unseen = useMemo(() => rows.some(hidesSome), [rows]);
  const { first, last, count, members, read_marks: marks } = range;
  return (
    <div className={s.facts}>
      {range.kind === "personal" ? <p>{say("console.choice.personal")}</p> : null}
      {range.kind === "broadcast" ? (
        <p>{say("console.broadcast.lead")}</p>
      ) : (
        <p className={s.figures}>{say("console.range.whole", { first, last, count })}</p>
      )}
      <p className={s.soft}>
        {say("console.results.recorded", { number: range.number, at: clockOf(range.recorded_at) })}
      </p>
      {unseen ? <p className={s.soft}>{say("console.unseen")}</p> : null}
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
    </div>
  );
}

/** Whether something unseen is in what is shown of it. */
function hidesSome({ text, reply_to, reason, note, changes = [] }: TranscriptRow): boolean {
  const texts = [text, reply_to?.text, reason, note, ...changes.map((change) => change.text)];
  return texts.some((each) => each !== undefined && hides(each));
}
