/** English or Polish, before anybody is signed in. */
import { usePreferences } from "../preferences_context";
import s from "./sign_in.module.css";

export function LanguageSwitch() {
  const { language, setLanguage } = usePreferences();
  return (
    <>
      <button
        type="button"
        className={s.language}
        lang="en"
        aria-pressed={language === "en"}
        onClick={() => setLanguage("en")}
      >
        English
      </button>
      <button
        type="button"
        className={s.language}
        lang="pl"
        aria-pressed={language === "pl"}
        onClick={() => setLanguage("pl")}
      >
        Polski
      </button>
    </>
  );
}
