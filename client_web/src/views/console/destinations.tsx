/** Where copies of what is recorded go: how far each is, what it gets, what a comparison found. */
import { useId, useRef } from "react";
import {
  conditionOf,
  type Destinations,
  isStuck,
  timeLeft,
  waited,
} from "../../view_models/console/destinations";
import type { HookLimits, HookState } from "../../view_models/console/shown";
import { useObserved } from "../observed";
import { Button } from "../parts/button";
import { Problem } from "../parts/field";
import { useKeptFocus } from "../parts/use_kept_focus";
import { useFormat, useText, useTroubleText } from "../text";
import c from "./console.module.css";
import { Compared } from "./destination_compared";
import { Receipts } from "./destination_receipts";
import { DestinationVerbs } from "./destination_verbs";
import s from "./destinations.module.css";

/** Without buttons keys scroll the page itself. */
const READING = { tabIndex: 0 };

export function DestinationsScreen({ model }: { model: Destinations }) {
  const say = useText();
  const words = useTroubleText();
  const { hooks, trouble } = useObserved(model.state);
  const main = useRef<HTMLElement>(null);
  useKeptFocus(main, focusFirst);
  return (
    <main ref={main} className={c.narrow} {...(model.administers ? undefined : READING)}>
      <h1 className={c.title}>{say("console.destinations.title")}</h1>
      {hooks?.length === 0 ? (
        <p className={c.empty}>{say("console.destinations.none")}</p>
      ) : (
        <p className={c.soft}>{say("console.destinations.lead")}</p>
      )}
      {trouble === undefined ? null : (
        <div className={c.buttons}>
          <Problem text={words(trouble)} />
          <Button onClick={() => void model.load()}>{say("console.destinations.again")}</Button>
        </div>
      )}
      {hooks === undefined && trouble === undefined ? (
        <p role="status" className={c.label}>
          {say("loading")}
        </p>
      ) : null}
      <ul className={s.cards}>
        {hooks?.map((hook) => (
          <li key={hook.name}>
            <Card hook={hook} model={model} />
          </li>
        ))}
      </ul>
    </main>
  );
}

/** What was pressed can go, such as a comparison that has begun. */
function focusFirst(card: Element): void {
  card.querySelector("button")?.focus();
}

export interface DestinationProps {
  hook: HookState;
  model: Destinations;
}

function Card({ hook, model }: DestinationProps) {
  const say = useText();
  const heading = useId();
  return (
    <section className={c.card} aria-labelledby={heading}>
      <header className={s.head}>
        <h2 id={heading} className={c.heading}>
          <bdi>{hook.name}</bdi>
        </h2>
        <span role="status" className={s.state} data-stuck={isStuck(hook) || undefined}>
          {say(`console.destinations.state.${conditionOf(hook)}`)}
        </span>
      </header>
      <Why hook={hook} />
      <dl className={s.facts}>
        <dt>{say("console.destinations.progress")}</dt>
        <dd>
          <Progress hook={hook} />
        </dd>
        <dt>{say("console.destinations.gets")}</dt>
        <dd>
          <Gets hook={hook} />
        </dd>
        {hook.receipts ? (
          <>
            <dt>{say("console.destinations.receipts")}</dt>
            <dd>
              <Receipts hook={hook} model={model} />
            </dd>
          </>
        ) : null}
        <dt>{say("console.destinations.comparison")}</dt>
        <dd>
          <Compared hook={hook} model={model} />
        </dd>
      </dl>
      <DestinationVerbs hook={hook} model={model} />
    </section>
  );
}

/** Why it does not run as it should, and in whose words. */
function Why({ hook }: { hook: HookState }) {
  const say = useText();
  const { state, blocked_streams: count, last_error: text } = hook;
  return (
    <>
      {state === "running" ? null : (
        <p className={c.soft}>{say(`console.destinations.why.${state}`)}</p>
      )}
      {count === 0 ? null : (
        <p className={s.wrong}>{say("console.destinations.refused", { count })}</p>
      )}
      {text === undefined ? null : (
        <p className={s.said}>{say("console.destinations.reason", { text })}</p>
      )}
    </>
  );
}

function Progress({ hook }: { hook: HookState }) {
  const say = useText();
  const format = useFormat();
  const { cursor, backlog, receipts } = hook;
  const [done, total] = [cursor, cursor + backlog];
  const behind = conditionOf(hook) === "catching_up";
  const left = behind ? timeLeft(hook) : undefined;
  const oldest = backlog > 0 && !behind ? waited(hook) : undefined;
  return (
    <>
      <p>
        {say("console.destinations.of", { done: format.count(done), total: format.count(total) })}
        {left === undefined ? null : <> · {say("console.destinations.left", { ...left })}</>}
        {oldest === undefined ? null : <> · {say("console.destinations.waited", { ...oldest })}</>}
      </p>
      {behind ? (
        <progress
          className={c.progress}
          max={total}
          value={done}
          aria-label={say("console.destinations.progress")}
        />
      ) : null}
      {receipts ? null : <p className={s.wrong}>{say("console.destinations.without_receipts")}</p>}
    </>
  );
}

const LIMITS: readonly (keyof HookLimits)[] = ["classes", "streams", "types", "people"];

/** The words of a limit; people by their names. */
function namesOf(limit: HookLimits[keyof HookLimits]): string {
  return limit.map((each) => (typeof each === "string" ? each : each.name)).join(", ");
}

function Gets({ hook }: { hook: HookState }) {
  const say = useText();
  const { plaintext, sees, without, limits, left_out, sealed_only } = hook;
  return (
    <>
      <p>{say("console.destinations.sees", { how: sees })}</p>
      {without.length === 0 ? null : (
        <p>{say("console.destinations.without", { names: without.join(", ") })}</p>
      )}
      {plaintext || sees === "sealed" ? null : (
        <p className={c.soft}>{say("console.destinations.reduced")}</p>
      )}
      {LIMITS.filter((kind) => limits !== undefined && limits[kind].length > 0).map((kind) => (
        <p key={kind}>
          {say("console.destinations.only", { kind, names: namesOf(limits?.[kind] ?? []) })}
        </p>
      ))}
      {left_out === 0 ? null : (
        <p className={c.soft}>{say("console.destinations.left_out", { count: left_out })}</p>
      )}
      {sealed_only === 0 ? null : (
        <p className={c.soft}>{say("console.destinations.sealed_only", { count: sealed_only })}</p>
      )}
    </>
  );
}
