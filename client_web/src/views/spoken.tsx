/** Everything below it in this browser, in the language and the colours of the person. */
import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { type ReactNode, useEffect, useMemo } from "react";
import type { Observable } from "../view_models/observable";
import type { Language, Preferences, Theme } from "../view_models/preferences";
import { type Browser, BrowserContext } from "./browser";
import { useObserved } from "./observed";
import { PreferencesContext } from "./preferences_context";

/** Where the preferences come from. */
export interface PreferenceSource {
  readonly chosen: Observable<Pick<Preferences, "language" | "theme" | "undoSend">>;
  readonly setLanguage: (language: Language) => void;
  readonly setTheme: (theme: Theme) => void;
  readonly setUndoSend: (on: boolean) => void;
  readonly suggestLanguage: (locale: string) => void;
}

interface SpokenProps {
  browser: Browser;
  source: PreferenceSource;
  /** What the person once told the server; undefined: nothing, or nobody is signed in. */
  locale: string | undefined;
  speak(language: Language): Promise<void>;
  children: ReactNode;
}

export function Spoken({ browser, source, locale, speak, children }: SpokenProps) {
  const chosen = useObserved(source.chosen);
  const { setLanguage, setTheme, setUndoSend, suggestLanguage } = source;
  useEffect(() => {
    if (locale !== undefined) suggestLanguage(locale);
  }, [locale, suggestLanguage]);
  useEffect(() => {
    // Offline, a language that was never fetched stays unspoken; the old one goes on.
    speak(chosen.language).catch(() => {});
  }, [chosen.language, speak]);
  const preferences = useMemo<Preferences>(
    () => ({ ...chosen, setLanguage, setTheme, setUndoSend }),
    [chosen, setLanguage, setTheme, setUndoSend],
  );
  return (
    <BrowserContext value={browser}>
      <I18nProvider i18n={i18n}>
        <PreferencesContext value={preferences}>{children}</PreferencesContext>
      </I18nProvider>
    </BrowserContext>
  );
}
