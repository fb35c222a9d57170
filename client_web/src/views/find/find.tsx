/** Search in the open conversation: a bar above its log, and what was found on a list below the bar. */
import { type KeyboardEvent, type Ref, useEffect, useId, useRef, useState } from "react";
import type { FindModel, FindState } from "../../view_models/find";
import type { Details } from "../../view_models/later";
import { Hit } from "../conversations/found";
import { useNow, useObserved } from "../observed";
import { IconButton } from "../parts/button";
import { focusBeside } from "../parts/focus";
import row from "../parts/person_row.module.css";
import { moveFocus } from "../parts/place";
import { SearchField } from "../parts/search_field";
import { useText } from "../text";
import s from "./find.module.css";
import { SearchTrouble } from "./search_trouble";

export interface FindProps {
  details: Details;
  /** What the conversation is called. */
  name: string;
  field: Ref<HTMLInputElement>;
  /** Searches all conversations for the same. */
  onEverywhere(query: string): void;
  onClose(): void;
}

export function Find({ details, name, field, onEverywhere, onClose }: FindProps) {
  const say = useText();
  const [model] = useState(() => details.find());
  useEffect(() => () => model.close(), [model]);
  const state = useObserved(model.state);
  const [listed, setListed] = useState(true);
  const list = useId();
  const bar = useRef<HTMLElement>(null);
  useFocus(bar);
  const count = state.hits.length;
  const step = (by: 1 | -1) => {
    if (count === 0 && !state.searching) return;
    setListed(false);
    model.step(by);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    onClose();
  };
  return (
    <search
      ref={bar}
      className={s.find}
      aria-label={say("find.title")}
      onKeyDownCapture={onKeyDown}
    >
      <div className={s.bar}>
        <Chip name={name} onRemove={() => onEverywhere(state.query)} />
        <div className={s.field}>
          <SearchField
            label={say("find.title")}
            shortcut="Control+F Meta+F"
            value={state.query}
            onChange={(query) => {
              setListed(true);
              model.search(query);
            }}
            onLeave={() => firstOf(bar.current)?.focus()}
            onEnter={(back) => step(back ? -1 : 1)}
            field={field}
          />
        </div>
        <div className={s.steps}>
          <Status state={state} />
          <IconButton
            icon="chevron"
            label={say("find.list")}
            aria-expanded={listed && count > 0}
            aria-controls={list}
            aria-disabled={count === 0 || undefined}
            data-turn={listed && count > 0 ? "less" : "list"}
            onClick={() => setListed(count > 0 && !listed)}
          />
          <Step by={1} count={count} onStep={step} />
          <Step by={-1} count={count} onStep={step} />
          <IconButton icon="close" label={say("find.close")} onClick={onClose} />
        </div>
      </div>
      <Results
        id={list}
        state={state}
        listed={listed}
        model={model}
        hide={() => setListed(false)}
        again={() => {
          model.search(state.query);
          bar.current?.querySelector("input")?.focus();
        }}
      />
    </search>
  );
}

const firstOf = (bar: HTMLElement | null) => bar?.querySelector<HTMLElement>("[data-stop]");

/** The field has the focus; it goes back to where it was. */
function useFocus(bar: React.RefObject<HTMLElement | null>) {
  useEffect(() => {
    const element = bar.current;
    const before = focusBeside(element);
    element?.querySelector("input")?.focus();
    return () => {
      const now = focusBeside(element);
      const lost = now === undefined || element?.contains(now);
      if (lost && before instanceof HTMLElement) before.focus({ preventScroll: true });
    };
  }, [bar]);
}

/** Where is searched; without it everywhere. */
function Chip({ name, onRemove }: { name: string; onRemove(): void }) {
  const say = useText();
  return (
    <button
      type="button"
      className={s.chip}
      aria-label={say("find.everywhere", { name })}
      title={say("find.everywhere", { name })}
      onClick={onRemove}
    >
      <span className={s.in}>{say("find.in")}</span>
      <bdi className={row.name}>{name}</bdi>
      <span aria-hidden="true">×</span>
    </button>
  );
}

interface StepProps {
  by: 1 | -1;
  count: number;
  onStep(by: 1 | -1): void;
}

function Step({ by, count, onStep }: StepProps) {
  const say = useText();
  return (
    <IconButton
      icon="down"
      label={say(by === 1 ? "find.older" : "find.newer")}
      aria-disabled={count === 0 || undefined}
      data-turn={by === 1 ? "up" : undefined}
      onClick={() => onStep(by)}
    />
  );
}

/** Which of how many; said to who cannot see it whenever it changes. */
function Status({ state }: { state: FindState }) {
  const say = useText();
  const { hits, at, more, searching, query } = state;
  const count = hits.length;
  const found = at === undefined ? "find.count" : more ? "find.at_more" : "find.at";
  const none = !searching && query.trim() !== "" && state.trouble === undefined;
  return (
    <p className={s.status} role="status">
      {count > 0 ? say(found, { at: (at ?? 0) + 1, count }) : none ? say("find.none") : null}
    </p>
  );
}

interface ResultsProps {
  id: string;
  state: FindState;
  listed: boolean;
  model: FindModel;
  hide(): void;
  again(): void;
}

function Results({ id, state, listed, model, hide, again }: ResultsProps) {
  const say = useText();
  const now = useNow();
  const { hits, at } = state;
  if (state.trouble !== undefined) {
    return (
      <div className={s.note}>
        <SearchTrouble trouble={state.trouble} onAgain={again} />
      </div>
    );
  }
  if (!listed || (hits.length === 0 && !state.cut)) return null;
  return (
    <div className={s.results} id={id}>
      {state.cut ? <p className={s.note}>{say("search.cut")}</p> : null}
      <ul
        aria-label={say("search.messages")}
        onKeyDown={(event) => {
          if (moveFocus(event.currentTarget, "[data-stop]", event.key)) event.preventDefault();
        }}
      >
        {hits.map((hit, index) => (
          <li key={hit.eventId}>
            <Hit
              hit={hit}
              now={now}
              within
              current={index === at}
              tabIndex={index === (at ?? 0) ? 0 : -1}
              onOpen={(_, eventId) => {
                hide();
                model.show(eventId);
              }}
            />
          </li>
        ))}
      </ul>
    </div>
  );
}
