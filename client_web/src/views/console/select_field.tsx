/** A labelled choice among a few or some hundred: the browser's own, which finds by typing. */
import { useId } from "react";
import s from "./query.module.css";

interface SelectFieldProps {
  label: string;
  value: string;
  /** `lang`: the language of the label, if it is not the page's. */
  options: readonly { readonly value: string; readonly label: string; readonly lang?: string }[];
  onChange(value: string): void;
}

export function SelectField({ label, value, options, onChange }: SelectFieldProps) {
  const id = useId();
  const known = options.some((one) => one.value === value);
  return (
    <div className={s.field}>
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        className={s.select}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      >
        {known ? null : <option value={value}>{value.slice(0, 8)}</option>}
        {options.map((one) => (
          <option key={one.value} value={one.value} lang={one.lang}>
            {one.label}
          </option>
        ))}
      </select>
    </div>
  );
}
