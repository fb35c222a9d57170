/** What an administrator has a destination do, and what came of it. */
import { type FormEvent, useId, useState } from "react";
import d from "../dialogs/dialogs.module.css";
import { useObserved } from "../observed";
import { Button } from "../parts/button";
import { Dialog } from "../parts/dialog";
import { Field, Problem } from "../parts/field";
import { useFormat, useText, useTroubleText } from "../text";
import c from "./console.module.css";
import type { DestinationProps } from "./destinations";
import s from "./destinations.module.css";

export function DestinationVerbs({ hook, model }: DestinationProps) {
  const say = useText();
  const words = useTroubleText();
  const { busy, done, refused } = useObserved(model.state);
  const [asking, setAsking] = useState(false);
  const { name } = hook;
  const verbs = model.verbsOf(hook);
  if (!model.administers) return null;
  const told = done?.hook === name && (done.verb === "replay" || done.verb === "retry");
  return (
    <>
      <div className={c.buttons}>
        {verbs.map((verb) => (
          <Button
            // The one undoes the other, and keeps the focus.
            key={verb === "resume" ? "pause" : verb}
            busy={busy !== undefined}
            onClick={() => {
              if (verb === "replay") setAsking(true);
              else void model.order({ hook: name, verb });
            }}
          >
            {say(`console.destinations.verb.${verb}`)}
          </Button>
        ))}
      </div>
      <p role="status" className={s.told}>
        {told ? say("console.destinations.done", { verb: done.verb }) : null}
      </p>
      {refused?.hook === name ? <Problem text={words(refused.trouble)} /> : null}
      {asking ? <Replay hook={hook} model={model} onClose={() => setAsking(false)} /> : null}
    </>
  );
}

function Replay({ hook, model, onClose }: DestinationProps & { onClose(): void }) {
  const say = useText();
  const format = useFormat();
  const id = useId();
  const [all, setAll] = useState(true);
  const { name, cursor } = hook;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const first = all ? 0 : Number(new FormData(event.currentTarget).get("first"));
    onClose();
    void model.replay(name, first);
  };
  return (
    <Dialog
      title={say("console.destinations.replay.title", { name })}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{say("cancel")}</Button>
          <Button look="primary" type="submit" form={id}>
            {say("console.destinations.replay.verb")}
          </Button>
        </>
      }
    >
      <form id={id} className={c.forms} onSubmit={submit}>
        <p className={c.soft}>{say("console.destinations.replay.text")}</p>
        <fieldset className={d.choices}>
          <legend>{say("console.destinations.replay.from")}</legend>
          {[true, false].map((whole) => (
            <label key={String(whole)} className={d.choice}>
              <input
                type="radio"
                name="whole"
                checked={all === whole}
                onChange={() => setAll(whole)}
              />
              {say("console.destinations.replay.choice", { from: whole ? "start" : "entry" })}
            </label>
          ))}
        </fieldset>
        {all ? null : (
          <Field
            name="first"
            type="number"
            inputMode="numeric"
            label={say("console.destinations.replay.first")}
            hint={say("console.destinations.replay.hint", { last: format.count(cursor - 1) })}
            min={0}
            max={cursor - 1}
            step={1}
            required
          />
        )}
      </form>
    </Dialog>
  );
}
