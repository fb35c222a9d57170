/**
 * A labelled choice among very many: type to narrow it down, arrows and Enter to take one.
 *
 * Of several, each that was taken stands as a chip above; Backspace in the empty field drops the last.
 */
import { type KeyboardEvent, useId, useRef, useState } from "react";
import { listed } from "../../view_models/bidi";
import type { Choice } from "../../view_models/console/desk";
import { Chips } from "../parts/chips";
import { ClientTag } from "../parts/client_tag";
import { useText } from "../text";
import s from "./choice_field.module.css";

interface ChoiceFieldProps {
  label: string;
  /** What none chosen is called. */
  any: string;
  /** The name of what is chosen; "": none. */
  chosen: string;
  query: string;
  found: readonly Choice[];
  /** There are more than these: type on. */
  more: boolean;
  busy?: boolean;
  /** More than one can be chosen; `chosen` is "" then. */
  several?: Several | undefined;
  onQuery(query: string): void;
  /** "": none; never where several can be chosen. */
  onChoose(id: string): void;
}

interface Several {
  chosen: readonly Choice[];
  /** Why no more can be chosen; undefined: more can. */
  full?: string | undefined;
  onDrop(id: string): void;
}

export function ChoiceField(props: ChoiceFieldProps) {
  const { label, any, chosen, query, found, several, onQuery, onChoose } = props;
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [open, setOpen] = useState(false);
  const [at, setAt] = useState(0);
  // The first option is none, where there is one to choose.
  const before = several === undefined ? 1 : 0;
  const count = found.length + before;
  const shown = Math.min(at, count - 1);
  const show = (text: string) => {
    setOpen(true);
    setAt(text === "" ? 0 : before);
    onQuery(text);
  };
  const take = (index: number) => {
    setOpen(false);
    const taken = found[index - before];
    if (before === 1 || taken !== undefined) onChoose(taken?.id ?? "");
  };
  const drop = (person: string) => {
    several?.onDrop(person);
    input.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    const last = event.currentTarget.value === "" ? several?.chosen.at(-1) : undefined;
    if (step !== 0 && !open) show("");
    else if (step !== 0) setAt(count === 0 ? 0 : (shown + step + count) % count);
    else if (event.key === "Enter" && open) take(shown);
    else if (event.key === "Escape" && open) setOpen(false);
    else if (event.key === "Backspace" && last !== undefined) drop(last.id);
    else return;
    event.preventDefault();
  };
  return (
    <div className={s.field}>
      <label htmlFor={id}>{label}</label>
      {several === undefined ? null : <Chips chosen={several.chosen} onDrop={drop} />}
      <input
        ref={input}
        id={id}
        className={s.input}
        role="combobox"
        dir="auto"
        autoComplete="off"
        aria-expanded={open}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={open && count > 0 ? `${id}-${shown}` : undefined}
        aria-describedby={several === undefined ? undefined : `${id}-chosen`}
        placeholder={any}
        value={open ? query : chosen}
        onChange={(event) => show(event.target.value)}
        onClick={() => open || show("")}
        onBlur={() => setOpen(false)}
        onKeyDown={onKeyDown}
      />
      {several === undefined ? null : <WhoIsChosen id={`${id}-chosen`} several={several} />}
      {open ? <Choices {...props} id={id} at={shown} onTake={take} /> : null}
    </div>
  );
}

/** Read out with the field, and whenever somebody is chosen or dropped. */
function WhoIsChosen({ id, several: { chosen } }: { id: string; several: Several }) {
  const say = useText();
  const names = listed(chosen.map(({ name }) => name));
  return (
    <p id={id} className="aside" role="status">
      {say("console.query.chosen", { count: chosen.length, names })}
    </p>
  );
}

interface ChoicesProps extends ChoiceFieldProps {
  id: string;
  at: number;
  onTake(index: number): void;
}

function Choices({ id, label, any, found, more, busy, several, at, onTake }: ChoicesProps) {
  const say = useText();
  const before = several === undefined ? 1 : 0;
  const option = (index: number) => ({
    id: `${id}-${index}`,
    role: "option" as const,
    className: s.option,
    "aria-selected": index === at,
    // Pressing does not take the focus from the field.
    onMouseDown: (event: { preventDefault(): void }) => event.preventDefault(),
    onClick: () => onTake(index),
    ref: (element: HTMLElement | null) => {
      if (index === at) element?.scrollIntoView({ block: "nearest" });
    },
  });
  return (
    <div className={s.popup}>
      <div id={`${id}-list`} role="listbox" aria-label={label}>
        {before === 0 ? null : <div {...option(0)}>{any}</div>}
        {found.map((one, index) => (
          <div key={one.id} {...option(index + before)}>
            <bdi>{one.name}</bdi> {one.outside ? <ClientTag /> : null}
            {one.personal ? <span className={s.hint}>{say("console.choice.personal")}</span> : null}
            <span className={s.hint}>{one.hint}</span>
          </div>
        ))}
      </div>
      <p className={s.note} role="status">
        {several?.full}
        {busy ? say("console.pick.busy") : null}
        {!busy && found.length === 0 && several?.full === undefined
          ? say("console.pick.none")
          : null}
        {more && !busy && found.length > 0 ? say("console.pick.more") : null}
      </p>
    </div>
  );
}
