/** What the last comparison of a destination with the record found, and how far one under way is. */
import type { HookComparison } from "../../view_models/console/shown";
import { useObserved } from "../observed";
import { Problem } from "../parts/field";
import { useFormat, useText } from "../text";
import c from "./console.module.css";
import type { DestinationProps } from "./destinations";
import s from "./destinations.module.css";
import { utcOf } from "./instant";

export function Compared({ hook, model }: DestinationProps) {
  const say = useText();
  useObserved(model.state);
  const { comparable, compared, comparison_error: text } = hook;
  if (!comparable) return <p>{say("console.destinations.not_comparable")}</p>;
  return (
    <>
      {compared === undefined ? (
        <p>{say("console.destinations.not_compared")}</p>
      ) : (
        <Found compared={compared} />
      )}
      {model.isCompared(hook) ? <UnderWay hook={hook} model={model} /> : null}
      {text === undefined ? null : (
        <Problem text={say("console.destinations.comparison_error", { text })} />
      )}
    </>
  );
}

function Found({ compared }: { compared: HookComparison }) {
  const say = useText();
  const format = useFormat();
  const { differences, doubles, named, ended_at } = compared;
  const end = format.count(compared.end);
  return (
    <>
      <p className={differences === 0 ? undefined : s.wrong}>
        {say("console.destinations.found", { count: differences, end })}
      </p>
      <p className={c.figures}>
        <time dateTime={ended_at}>{utcOf(ended_at)}</time>
        {doubles === 0 ? null : <> · {say("console.destinations.doubles", { count: doubles })}</>}
      </p>
      {named.length === 0 ? null : <Named compared={compared} />}
    </>
  );
}

function Named({ compared: { differences, named } }: { compared: HookComparison }) {
  const say = useText();
  const format = useFormat();
  return (
    <details className={s.named} open={named.length <= FEW}>
      <summary>
        {say("console.destinations.named", {
          count: named.length,
          cut: named.length < differences ? "yes" : "no",
        })}
      </summary>
      <ul className={s.entries}>
        {named.map(({ archive_index, found, received_at: at }) => (
          <li key={archive_index}>
            <p>
              {say("console.destinations.difference", {
                number: format.count(archive_index),
                found,
              })}
            </p>
            {at === undefined ? null : (
              <p className={c.figures}>
                {say("console.destinations.acknowledged", { time: utcOf(at) })}
              </p>
            )}
          </li>
        ))}
      </ul>
    </details>
  );
}

/** So many are shown at once; more are opened first. */
const FEW = 12;

function UnderWay({ hook: { comparing, cursor } }: DestinationProps) {
  const say = useText();
  const format = useFormat();
  if (comparing === undefined) return <p>{say("console.destinations.compare_awaited")}</p>;
  return (
    <>
      <p>
        {say("console.destinations.comparing", {
          done: format.count(comparing),
          total: format.count(cursor),
        })}
      </p>
      <progress
        className={c.progress}
        max={Math.max(1, cursor)}
        value={comparing}
        aria-label={say("console.destinations.comparison")}
      />
    </>
  );
}
