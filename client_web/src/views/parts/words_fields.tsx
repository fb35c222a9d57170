/** What clients are told while nobody is there, in both languages; empty: the usual words. */
import { useId } from "react";
import type { Words } from "../../view_models/hours";
import { useText } from "../text";
import s from "./words_fields.module.css";

const LANGUAGES = [
  ["en", "English"],
  ["pl", "Polski"],
] as const;

interface WordsFieldsProps {
  words: Words;
  onChange(words: Words): void;
}

export function WordsFields({ words, onChange }: WordsFieldsProps) {
  const say = useText();
  const id = useId();
  return (
    <fieldset className={s.words} aria-describedby={`${id}-hint`}>
      <legend className={s.legend}>{say("hours.words")}</legend>
      <p id={`${id}-hint`} className={s.hint}>
        {say("hours.words.hint")}
      </p>
      {LANGUAGES.map(([language, name]) => (
        <label key={language} className={s.language}>
          <span lang={language}>{name}</span>
          <textarea
            className={s.area}
            lang={language}
            rows={2}
            maxLength={1000}
            value={words[language]}
            onChange={(event) => onChange({ ...words, [language]: event.target.value })}
          />
        </label>
      ))}
    </fieldset>
  );
}
