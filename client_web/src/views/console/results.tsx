/** The second part: what was found, the newest first. */
import type { KeyboardEvent } from "react";
import { calledThen, wasOutside } from "../../view_models/console/lines";
import type { FoundMessage } from "../../view_models/console/shown";
import type { Workbench } from "../../view_models/console/workbench";
import { useObserved } from "../observed";
import { Button } from "../parts/button";
import { ClientTag } from "../parts/client_tag";
import { moveFocus } from "../parts/place";
import { useKnownId, useText } from "../text";
import { clockOf } from "./instant";
import { MarkedText } from "./marked_text";
import { usePlaceName } from "./place_name";
import s from "./results.module.css";

interface ResultsProps {
  bench: Workbench;
  onExport(search: number): void;
}

export function Results({ bench, onExport }: ResultsProps) {
  const say = useText();
  const { search } = bench;
  const nameOf = usePlaceName(bench.desk);
  const { busy, result, hits, more, loadingMore, chosen } = useObserved(search.state);
  const onKey = (event: KeyboardEvent<HTMLElement>) => {
    if (moveFocus(event.currentTarget, "[data-hit]", event.key)) event.preventDefault();
  };
  return (
    <section
      className={s.results}
      data-part="results"
      aria-label={say("console.results.label")}
      tabIndex={-1}
    >
      <header className={s.head}>
        <p role="status" className={s.count}>
          {busy ? say("console.query.busy") : null}
          {result === undefined ? null : say("console.results.count", { count: result.count })}
          {result === undefined && !busy ? say("console.results.none_yet") : null}
        </p>
        {busy ? <progress className={s.progress} aria-label={say("console.query.busy")} /> : null}
        {result === undefined ? null : (
          <>
            <p className={s.soft}>
              {say("console.results.recorded", {
                number: result.number,
                at: clockOf(result.recorded_at),
              })}
            </p>
            {result.count === 0 ? null : (
              <Button onClick={() => onExport(result.number)}>
                {say("console.results.export")}
              </Button>
            )}
          </>
        )}
      </header>
      <ol className={s.list} onKeyDown={onKey}>
        {hits.map((hit) => (
          <li key={hit.event_id}>
            <Hit
              hit={hit}
              where={hit.title ?? nameOf(hit.conversation)}
              outside={bench.desk.reachesOutside(hit.conversation)}
              chosen={hit === chosen}
              onChoose={() => {
                search.choose(hit);
                bench.prepare({ conversation: hit.conversation, at: hit.conv_seq });
              }}
            />
          </li>
        ))}
      </ol>
      {more ? (
        <Button busy={loadingMore} onClick={() => void search.loadMore()}>
          {say("console.more")}
        </Button>
      ) : null}
    </section>
  );
}

interface HitProps {
  hit: FoundMessage;
  where: string;
  outside: boolean;
  chosen: boolean;
  onChoose(): void;
}

function Hit({ hit, where, outside, chosen, onChoose }: HitProps) {
  const say = useText();
  const shown = hit.versions.find((one) => one.matches) ?? hit.versions[0];
  const kind = useKnownId()(`console.hit.kind.${hit.type}`);
  return (
    <button
      type="button"
      className={s.hit}
      data-hit=""
      aria-current={chosen ? "true" : undefined}
      onClick={onChoose}
    >
      <time dateTime={hit.at}>{clockOf(hit.at)}</time>
      <bdi className={s.who}>{calledThen(hit.actor)}</bdi>
      {outside || wasOutside(hit.actor) ? <ClientTag /> : <span />}
      <bdi className={s.where}>{where}</bdi>
      <span className={s.text}>
        {shown === undefined ? null : <MarkedText text={shown.text} marks={shown.marks} />}
      </span>
      <span className={s.state}>
        {kind === undefined ? null : <span>{say(kind)}</span>}
        {hit.versions.length > 1 ? (
          <span>{say("console.hit.edited", { count: hit.versions.length })}</span>
        ) : null}
        {hit.removed === undefined ? null : <span>{say("console.hit.removed")}</span>}
      </span>
    </button>
  );
}
