/** All emoji, by kind, with a search; the arrows move about, Enter takes one. */
import { type KeyboardEvent, useDeferredValue, useMemo, useRef, useState } from "react";
import { type Emoji, type Groups, matching } from "../../view_models/emoji";
import { Dialog } from "../parts/dialog";
import { focusBeside } from "../parts/focus";
import { SearchField } from "../parts/search_field";
import { type TextId, useText } from "../text";
import s from "./picker.module.css";

interface PickerProps {
  groups: Groups;
  onPick(emoji: string): void;
  onClose(): void;
}

export function Picker({ groups, onPick, onClose }: PickerProps) {
  const say = useText();
  const [query, setQuery] = useState("");
  const asked = useDeferredValue(query);
  const found = useMemo(() => matching(groups, asked), [groups, asked]);
  const all = useRef<HTMLDivElement>(null);
  const count = found.length;
  const words = count === 0 ? say("emoji.none", { query: asked }) : say("emoji.found", { count });
  // What is drawn may be of a moment ago.
  const take = () => {
    const [best] = matching(groups, query);
    if (query.trim() !== "" && best !== undefined) onPick(best[0]);
  };
  return (
    <Dialog title={say("emoji.title")} tall onClose={onClose}>
      <SearchField
        label={say("emoji.search")}
        value={query}
        onChange={setQuery}
        onLeave={() => all.current?.querySelector("button")?.focus()}
        onEnter={take}
      />
      <p className={count === 0 ? s.none : "aside"} role="status">
        {asked.trim() === "" ? "" : words}
      </p>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: arrow keys among the buttons inside */}
      <div ref={all} className={s.all} onKeyDown={moveAbout}>
        {asked.trim() === "" ? (
          groups.map((group, index) => (
            <Group
              key={group[0]?.[0]}
              name={say(`emoji.group.${index}` as TextId)}
              emoji={group}
              first={index === 0}
              onPick={onPick}
            />
          ))
        ) : (
          <div className={s.group}>
            <Grid emoji={found} first onPick={onPick} />
          </div>
        )}
      </div>
    </Dialog>
  );
}

interface GridProps extends Pick<PickerProps, "onPick"> {
  emoji: readonly Emoji[];
  /** Tab reaches its first emoji. */
  first: boolean;
}

function Group({ name, ...grid }: GridProps & { name: string }) {
  return (
    <section className={s.group} aria-label={name}>
      <h3 className={s.name}>{name}</h3>
      <Grid {...grid} />
    </section>
  );
}

function Grid({ emoji, first, onPick }: GridProps) {
  return (
    <div className={s.grid}>
      {emoji.map(([sign, called], index) => (
        <button
          key={sign}
          type="button"
          className={s.emoji}
          title={called}
          aria-label={`${sign} ${called}`}
          tabIndex={first && index === 0 ? 0 : -1}
          onClick={() => onPick(sign)}
        >
          {sign}
        </button>
      ))}
    </div>
  );
}

/** By place, so that up and down stay in their column, from one kind to the next as well. */
function moveAbout(event: KeyboardEvent<HTMLElement>): void {
  const stops = [...event.currentTarget.querySelectorAll("button")];
  const at = stops.indexOf(focusBeside(event.currentTarget) as HTMLButtonElement);
  const next = nextOf(event.key, stops, at);
  if (next === undefined) return;
  event.preventDefault();
  next.focus();
}

function nextOf(key: string, stops: readonly HTMLElement[], at: number): HTMLElement | undefined {
  switch (key) {
    case "ArrowRight":
      return stops[at + 1];
    case "ArrowLeft":
      return stops[at - 1];
    case "ArrowDown":
      return inColumn(stops.slice(at + 1), stops[at]);
    case "ArrowUp":
      return inColumn(stops.slice(0, at).toReversed(), stops[at]);
    default:
      return undefined;
  }
}

function inColumn(stops: readonly HTMLElement[], from: HTMLElement | undefined) {
  if (from === undefined) return undefined;
  const { left, top } = from.getBoundingClientRect();
  return stops.find((stop) => {
    const there = stop.getBoundingClientRect();
    return there.top !== top && Math.abs(there.left - left) < 4;
  });
}
