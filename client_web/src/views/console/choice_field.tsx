/** A labelled choice among very many: type to narrow it down, arrows and Enter to take one. */
import { type KeyboardEvent, useId, useRef, useState } from "react";
import type { Choice } from "../../view_models/console/desk";
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
  onQuery(query: string): void;
  /** "": none. */
  onChoose(id: string): void;
}

export function ChoiceField(props: ChoiceFieldProps) {
  const { label, any, chosen, query, found, onQuery, onChoose } = props;
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [open, setOpen] = useState(false);
  const [at, setAt] = useState(0);
  const count = found.length + 1;
  const show = (text: string) => {
    setOpen(true);
    setAt(text === "" ? 0 : 1);
    onQuery(text);
  };
  const take = (index: number) => {
    setOpen(false);
    onChoose(found[index - 1]?.id ?? "");
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step !== 0 && !open) show("");
    else if (step !== 0) setAt((at + step + count) % count);
    else if (event.key === "Enter" && open) take(Math.min(at, count - 1));
    else if (event.key === "Escape" && open) setOpen(false);
    else return;
    event.preventDefault();
  };
  return (
    <div className={s.field}>
      <label htmlFor={id}>{label}</label>
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
        aria-activedescendant={open ? `${id}-${Math.min(at, count - 1)}` : undefined}
        placeholder={any}
        value={open ? query : chosen}
        onChange={(event) => show(event.target.value)}
        onClick={() => open || show("")}
        onBlur={() => setOpen(false)}
        onKeyDown={onKeyDown}
      />
      {open ? <Choices {...props} id={id} at={Math.min(at, count - 1)} onTake={take} /> : null}
    </div>
  );
}

interface ChoicesProps extends ChoiceFieldProps {
  id: string;
  at: number;
  onTake(index: number): void;
}

function Choices({ id, label, any, found, more, busy, at, onTake }: ChoicesProps) {
  const say = useText();
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
        <div {...option(0)}>{any}</div>
        {found.map((one, index) => (
          <div key={one.id} {...option(index + 1)}>
            <bdi>{one.name}</bdi> {one.outside ? <ClientTag /> : null}
            {one.personal ? <span className={s.hint}>{say("console.choice.personal")}</span> : null}
            <span className={s.hint}>{one.hint}</span>
          </div>
        ))}
      </div>
      <p className={s.note} role="status">
        {busy ? say("console.pick.busy") : found.length === 0 ? say("console.pick.none") : null}
        {more && !busy && found.length > 0 ? say("console.pick.more") : null}
      </p>
    </div>
  );
}
