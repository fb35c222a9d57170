/** Language and colours, always at hand. */
import { usePreferences } from "../preferences_context";
import { type TextId, useText } from "../text";
import s from "./bar.module.css";

const THEMES: readonly (readonly ["system" | "light" | "dark", TextId])[] = [
  ["system", "theme.system"],
  ["light", "theme.light"],
  ["dark", "theme.dark"],
];

export function Settings() {
  const say = useText();
  const { language, theme, setLanguage, setTheme } = usePreferences();
  return (
    <>
      <select
        className={s.pick}
        aria-label={say("account.language")}
        value={language}
        onChange={(event) => setLanguage(event.target.value === "pl" ? "pl" : "en")}
      >
        <option value="en" lang="en">
          English
        </option>
        <option value="pl" lang="pl">
          Polski
        </option>
      </select>
      <select
        className={s.pick}
        aria-label={say("account.theme")}
        value={theme}
        onChange={(event) =>
          setTheme(THEMES.find(([each]) => each === event.target.value)?.[0] ?? "system")
        }
      >
        {THEMES.map(([each, id]) => (
          <option key={each} value={each}>
            {say(id)}
          </option>
        ))}
      </select>
    </>
  );
}
