/** What somebody who comes into a client's conversation gets to read. */
import { useId } from "react";
import type { HistoryWish } from "../../view_models/relationship";
import { Field } from "../parts/field";
import { useText } from "../text";
import s from "./dialogs.module.css";

interface HistoryChoiceProps {
  wish: HistoryWish;
  /** Today, YYYY-MM-DD. */
  today: string;
  onChoose(wish: HistoryWish): void;
}

export function HistoryChoice({ wish, today, onChoose }: HistoryChoiceProps) {
  const say = useText();
  const name = useId();
  const choices: readonly HistoryWish[] = [
    { kind: "all" },
    { kind: "since", day: today },
    { kind: "new" },
  ];
  return (
    <fieldset className={s.choices}>
      <legend>{say("add.history")}</legend>
      {choices.map((choice) => (
        <label key={choice.kind} className={s.choice}>
          <input
            type="radio"
            name={name}
            checked={wish.kind === choice.kind}
            onChange={() => onChoose(choice)}
          />
          {say(`history.${choice.kind}`)}
        </label>
      ))}
      {wish.kind === "since" ? (
        <Field
          type="date"
          label={say("share.date")}
          value={wish.day}
          max={today}
          required
          onChange={(event) => onChoose({ kind: "since", day: event.target.value })}
        />
      ) : null}
    </fieldset>
  );
}
