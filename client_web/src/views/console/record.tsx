/** The case's own record: every search, opening and export, as it was archived before it showed. */
import { calledThen } from "../../view_models/console/lines";
import { factsOf } from "../../view_models/console/record";
import type { AccessRecord } from "../../view_models/console/shown";
import type { Workbench } from "../../view_models/console/workbench";
import { useObserved } from "../observed";
import { Button } from "../parts/button";
import { type TextId, useText } from "../text";
import s from "./console.module.css";
import { clockOf } from "./instant";
import { usePlaceName } from "./place_name";
import t from "./table.module.css";

export function Record({ bench }: { bench: Workbench }) {
  const say = useText();
  const { looks, more } = useObserved(bench.record.state);
  return (
    <main className={s.wide}>
      <h2 className={s.title}>{say("console.tab.record")}</h2>
      <p className={s.soft}>{say("console.record.lead")}</p>
      <table className={`${t.table} ${t.cards}`}>
        <thead>
          <tr>
            <th scope="col">{say("console.record.number")}</th>
            <th scope="col">{say("console.record.at")}</th>
            <th scope="col">{say("console.recorded.who")}</th>
            <th scope="col">{say("console.recorded.what")}</th>
            <th scope="col">{say("console.recorded.why")}</th>
          </tr>
        </thead>
        <tbody>
          {looks.map((look) => (
            <Look key={look.number} look={look} bench={bench} />
          ))}
        </tbody>
      </table>
      {more ? (
        <Button onClick={() => void bench.record.loadMore()}>{say("console.more")}</Button>
      ) : null}
    </main>
  );
}

function Look({ look, bench }: { look: AccessRecord; bench: Workbench }) {
  const say = useText();
  const { desk } = bench;
  const called = {
    namesIn: (people: string) => desk.namesIn(people),
    conversationName: usePlaceName(desk),
  };
  return (
    <tr>
      <td className={s.figures} data-label={say("console.record.number")}>
        {look.number}
      </td>
      <td className={s.figures} data-label={say("console.record.at")}>
        <time dateTime={look.at}>{clockOf(look.at)}</time>
      </td>
      <td data-label={say("console.recorded.who")}>
        <bdi>{calledThen(look.actor)}</bdi>
      </td>
      <td data-label={say("console.recorded.what")}>
        {say(`console.look.${look.type}` as TextId)}
        {factsOf(look, called).map(({ key, value }) => (
          <span key={key} className={s.fact}>
            {say(`console.fact.${key}` as TextId)} <bdi>{value}</bdi>
          </span>
        ))}
      </td>
      <td data-label={say("console.recorded.why")}>
        <bdi>{String(look.facts.reason ?? "")}</bdi>
        {look.facts.scope === "reason" ? (
          <span className={s.fact}>{say("console.look.outside_case")}</span>
        ) : null}
      </td>
    </tr>
  );
}
