/** What a destination acknowledged: how much, when, and the hash over all of it. */
import type { ShownReceipts } from "../../view_models/console/destinations";
import type { ReceiptRange } from "../../view_models/console/shown";
import { useObserved } from "../observed";
import { Button } from "../parts/button";
import { Problem } from "../parts/field";
import { useFormat, useText, useTroubleText } from "../text";
import c from "./console.module.css";
import type { DestinationProps } from "./destinations";
import s from "./destinations.module.css";
import { utcOf } from "./instant";

export function Receipts({ hook, model }: DestinationProps) {
  const say = useText();
  const { receipts } = useObserved(model.state);
  const { name, received } = hook;
  if (received === undefined) return <p>{say("console.destinations.no_receipts")}</p>;
  return (
    <>
      <p>
        {say("console.destinations.received", { count: received.count, time: utcOf(received.at) })}
      </p>
      <details
        className={s.named}
        onToggle={({ currentTarget }) => {
          if (currentTarget.open) void model.openReceipts(name);
        }}
      >
        <summary>{say("console.destinations.received.show")}</summary>
        <Ranges shown={receipts.get(name) ?? {}} again={() => void model.openReceipts(name)} />
      </details>
    </>
  );
}

function Ranges({ shown, again }: { shown: ShownReceipts; again: () => void }) {
  const say = useText();
  const words = useTroubleText();
  const { ranges, trouble } = shown;
  if (trouble !== undefined)
    return (
      <div className={c.buttons}>
        <Problem text={words(trouble)} />
        <Button onClick={again}>{say("console.destinations.again")}</Button>
      </div>
    );
  if (ranges === undefined) return <p role="status">{say("loading")}</p>;
  return (
    <ul className={s.receipts}>
      {ranges.map((range) => (
        <li key={range.number}>
          <Range range={range} />
        </li>
      ))}
    </ul>
  );
}

function Range({ range }: { range: ReceiptRange }) {
  const say = useText();
  const format = useFormat();
  const { count, first, end, began_at, ended_at, sha256 } = range;
  const [from, to] = [format.count(first), format.count(end - 1)];
  return (
    <>
      <p>{say("console.destinations.received.range", { count, from, to })}</p>
      <p className={c.figures}>
        {utcOf(began_at)} – {utcOf(ended_at)}
      </p>
      <p className={s.said}>{say("console.destinations.received.hash", { hash: sha256 })}</p>
    </>
  );
}
