/** A field to find things with; Escape empties it. */
import { type KeyboardEvent, type Ref, useRef } from "react";
import { useText } from "../text";
import { IconButton } from "./button";
import { Icon } from "./icon";
import s from "./search_field.module.css";

interface SearchFieldProps {
  label: string;
  value: string;
  onChange(value: string): void;
  /** The down arrow goes on to the results. */
  onLeave?(): void;
  /** Enter takes the first of them; `back`: with Shift. */
  onEnter?(back: boolean): void;
  shortcut?: string;
  field?: Ref<HTMLInputElement> | undefined;
}

export function SearchField(props: SearchFieldProps) {
  const { label, value, onChange, onLeave, onEnter, shortcut, field } = props;
  const say = useText();
  const box = useRef<HTMLDivElement>(null);
  const clear = () => {
    onChange("");
    box.current?.querySelector("input")?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape" && value !== "") {
      event.preventDefault();
      clear();
    }
    if (event.key === "Enter" && onEnter !== undefined && !event.nativeEvent.isComposing) {
      event.preventDefault();
      onEnter(event.shiftKey);
    }
    if (event.key === "ArrowDown" && onLeave !== undefined) {
      event.preventDefault();
      onLeave();
    }
  };
  return (
    <div ref={box} className={s.box}>
      <Icon name="search" size={18} />
      <input
        ref={field}
        className={s.input}
        type="search"
        dir="auto"
        aria-label={label}
        aria-keyshortcuts={shortcut}
        placeholder={label}
        autoComplete="off"
        enterKeyHint="search"
        value={value}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={onKeyDown}
      />
      {value === "" ? null : (
        <IconButton icon="close" size={16} label={say("search.clear")} onClick={clear} />
      )}
    </div>
  );
}
