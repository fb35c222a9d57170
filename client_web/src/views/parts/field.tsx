/** A labelled field with its hint and, beside it, what is wrong with it. */
import { type ComponentProps, useId } from "react";
import s from "./field.module.css";
import { Icon } from "./icon";

interface FieldProps extends Omit<ComponentProps<"input">, "size"> {
  label: string;
  hint?: string | undefined;
  error?: string | undefined;
}

/** One line of input. */
export function Field({ label, hint, error, ...rest }: FieldProps) {
  const id = useId();
  const notes = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
  return (
    <div className={s.field}>
      <label className={s.label} htmlFor={id}>
        {label}
      </label>
      <input
        dir="auto"
        {...rest}
        id={id}
        className={s.input}
        aria-invalid={error === undefined ? undefined : true}
        aria-describedby={notes || undefined}
      />
      {hint === undefined ? null : (
        <p id={`${id}-hint`} className={s.hint}>
          {hint}
        </p>
      )}
      {error === undefined ? null : <Problem id={`${id}-error`} text={error} />}
    </div>
  );
}

interface AreaProps extends ComponentProps<"textarea"> {
  label: string;
  hint?: string | undefined;
}

/** Several lines of input. */
export function Area({ label, hint, ...rest }: AreaProps) {
  const id = useId();
  return (
    <div className={s.field}>
      <label className={s.label} htmlFor={id}>
        {label}
      </label>
      <textarea
        dir="auto"
        rows={4}
        {...rest}
        id={id}
        className={s.area}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
      />
      {hint === undefined ? null : (
        <p id={`${id}-hint`} className={s.hint}>
          {hint}
        </p>
      )}
    </div>
  );
}

/** What went wrong, beside what caused it; read out when it appears. */
export function Problem({ text, id }: { text: string; id?: string }) {
  return (
    <p id={id} className={s.problem} role="alert">
      <Icon name="alert" size={16} />
      <span>{text}</span>
    </p>
  );
}
