/** One field for a one-time code; the last digit hands it in. */
import { type FormEvent, useEffect, useRef, useState } from "react";
import type { CodeEntryModel, CodeState } from "../../view_models/code_entry";
import { useObserved } from "../observed";
import { Button } from "../parts/button";
import { Field } from "../parts/field";
import { useText, useTroubleText } from "../text";
import s from "./invitation.module.css";

interface CodeFormProps {
  model: CodeEntryModel;
  /** Whether somebody has the address is told to nobody. */
  toAnybody?: boolean;
  /** Whom to turn to, or another way. */
  foot?: React.ReactNode;
}

export function CodeForm({ model, toAnybody = false, foot }: CodeFormProps) {
  const state = useObserved(model.state);
  const say = useText();
  const field = useRef<HTMLInputElement>(null);
  const { trouble } = state;
  useEffect(() => {
    // A code that was refused is typed anew, a new one is typed next.
    if (trouble !== undefined || state.sent > 1) field.current?.focus();
  }, [trouble, state.sent]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void model.submit();
  };
  return (
    <form className={s.form} onSubmit={submit}>
      <SentTo state={state} toAnybody={toAnybody} />
      <CodeField state={state} field={field} onType={(text) => model.type(text)} />
      <Button
        look="primary"
        type="submit"
        busy={state.busy}
        disabled={!state.busy && state.text.length < state.digits}
      >
        {say(state.busy ? "code.busy" : "code.submit")}
      </Button>
      <div className={s.ways}>
        <Button
          look="quiet"
          disabled={state.againIn > 0 || state.busy}
          onClick={() => void model.again()}
        >
          {state.againIn > 0
            ? say("code.again_in", { time: left(state.againIn) })
            : say("code.again")}
        </Button>
        {foot}
      </div>
      <p className={s.note}>{say(`code.nothing.${state.way}`)}</p>
    </form>
  );
}

/** Seconds, or minutes and seconds where they are many. */
function left(seconds: number): string {
  if (seconds < 100) return `${seconds} s`;
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** Read out when it is filled, which is after it is there, and when another code was sent. */
function SentTo({ state, toAnybody }: { state: CodeState; toAnybody: boolean }) {
  const say = useText();
  const { way, address, digits, minutes } = state;
  const values = { address, digits, minutes };
  const [there, setThere] = useState(false);
  useEffect(() => setThere(true), []);
  return (
    <div className={s.status} role="status">
      {there ? (
        <p>{toAnybody ? say(`client.sent.${way}`, values) : say(`code.sent.${way}`, values)}</p>
      ) : null}
      {state.sent > 1 ? <p key={state.sent}>{say("code.new")}</p> : null}
    </div>
  );
}

interface CodeFieldProps {
  state: CodeState;
  field: React.Ref<HTMLInputElement>;
  onType(text: string): void;
}

function CodeField({ state, field, onType }: CodeFieldProps) {
  const say = useText();
  const words = useTroubleText();
  const { trouble } = state;
  const error =
    trouble?.code === "archive_unavailable"
      ? say("code.unavailable")
      : trouble && words(trouble, "sign_in.failed");
  return (
    <div className={s.code}>
      <Field
        ref={field}
        label={say("code.label")}
        error={error}
        dir="ltr"
        inputMode="numeric"
        autoComplete="one-time-code"
        enterKeyHint="go"
        spellCheck={false}
        autoFocus
        value={state.text}
        readOnly={state.busy}
        onChange={(event) => onType(event.target.value)}
      />
    </div>
  );
}
