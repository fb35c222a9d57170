/** The bundles of a case: being made, ready, failed. */
import { bundleAddress, isGoing } from "../../view_models/console/exports";
import type { Export } from "../../view_models/console/shown";
import type { Workbench } from "../../view_models/console/workbench";
import { useObserved } from "../observed";
import { Button } from "../parts/button";
import { Problem } from "../parts/field";
import { useFormat, useText, useTroubleText } from "../text";
import s from "./console.module.css";
import { utcOf } from "./instant";
import { usePlaceName } from "./place_name";

export function Exports({ bench }: { bench: Workbench }) {
  const say = useText();
  const words = useTroubleText();
  const { exports, loaded, trouble } = useObserved(bench.exports.state);
  return (
    <main className={s.narrow}>
      <h2 className={s.title}>{say("console.tab.exports")}</h2>
      <p className={s.soft}>{say("console.export.holds")}</p>
      {trouble === undefined ? null : <Problem text={words(trouble)} />}
      {loaded && exports.length === 0 ? (
        <p className={s.empty}>{say("console.export.empty")}</p>
      ) : null}
      <ul className={s.list}>
        {exports.map((one) => (
          <ExportCard key={one.number} one={one} bench={bench} />
        ))}
      </ul>
    </main>
  );
}

function ExportCard({ one, bench }: { one: Export; bench: Workbench }) {
  const say = useText();
  const words = useTroubleText();
  const format = useFormat();
  const nameOf = usePlaceName(bench.desk);
  const drop = () => void bench.exports.drop(one.number);
  return (
    <li className={s.card}>
      <h3>
        {say("console.export.number", { number: one.number })} ·{" "}
        {one.what === "range"
          ? say("console.export.range", {
              name: nameOf(one.conversation ?? ""),
              first: one.first ?? 0,
              last: one.last ?? 0,
            })
          : null}
        {one.what === "broadcast" ? nameOf(one.conversation ?? "") : null}
        {one.what === "search" ? say("console.export.search", { number: one.search ?? 0 }) : null}
      </h3>
      <p role="status" className={s.figures}>
        {say(`console.export.state.${one.state}`)} · {utcOf(one.created_at)} ·{" "}
        {one.state === "ready"
          ? say("console.records", { count: one.total })
          : say("console.export.done", {
              done: format.count(one.done),
              total: format.count(one.total),
            })}
      </p>
      {isGoing(one) ? (
        <progress
          className={s.progress}
          max={one.total}
          value={one.done}
          aria-label={say("console.export.state.running")}
        />
      ) : null}
      {one.code === undefined ? null : <Problem text={words({ code: one.code })} />}
      <p>{say(`console.export.proves.${one.what}`)}</p>
      {one.state === "ready" ? (
        <p className={s.digest}>
          {format.size(one.size ?? 0)} · SHA-256 {one.sha256}
        </p>
      ) : null}
      <div className={s.buttons}>
        {one.state === "ready" ? (
          <a className={s.download} href={bundleAddress(bench.id, one.number)} download>
            {say("console.export.download")}
          </a>
        ) : null}
        <Button onClick={drop}>
          {say(isGoing(one) ? "console.export.cancel" : "console.export.remove")}
        </Button>
      </div>
    </li>
  );
}
