/** Something that is on or off, with what it does below it; a switch for screen readers, too. */
import { useId } from "react";
import s from "./switch.module.css";

interface SwitchProps {
  label: string;
  note: string;
  on: boolean;
  busy?: boolean;
  onChange(on: boolean): void;
}

export function Switch({ label, note, on, busy = false, onChange }: SwitchProps) {
  const id = useId();
  return (
    <div className={s.field}>
      <button
        type="button"
        role="switch"
        className={s.switch}
        aria-checked={on}
        aria-busy={busy || undefined}
        aria-labelledby={`${id}-label`}
        aria-describedby={`${id}-note`}
        onClick={() => onChange(!on)}
      >
        <span id={`${id}-label`} className={s.label}>
          {label}
        </span>
        <span className={s.track} aria-hidden="true">
          <span className={s.knob} />
        </span>
      </button>
      <p id={`${id}-note`} className={s.note}>
        {note}
      </p>
    </div>
  );
}
