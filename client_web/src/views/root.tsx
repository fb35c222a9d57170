/** The chat in the language and the colours of the person. */
import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { useEffect, useMemo } from "react";
import type { ChatApp } from "../view_models/chat";
import type { Observable } from "../view_models/observable";
import type { Language, Preferences, Theme } from "../view_models/preferences";
import { App } from "./app";
import { speak } from "./catalogues";
import { useObserved } from "./observed";
import { PreferencesContext } from "./preferences_context";

/** Where the preferences come from. */
export interface PreferenceSource {
  readonly chosen: Observable<{ readonly language: Language; readonly theme: Theme }>;
  readonly setLanguage: (language: Language) => void;
  readonly setTheme: (theme: Theme) => void;
  readonly suggestLanguage: (locale: string) => void;
}

interface RootProps {
  app: ChatApp;
  source: PreferenceSource;
}

export function Root({ app, source }: RootProps) {
  const chosen = useObserved(source.chosen);
  const screen = useObserved(app.screen);
  const signedIn = screen.kind === "chat" || screen.kind === "notice";
  const locale = signedIn ? screen.model.locale : undefined;
  const { setLanguage, setTheme, suggestLanguage } = source;
  useEffect(() => {
    if (locale !== undefined) suggestLanguage(locale);
  }, [locale, suggestLanguage]);
  useEffect(() => {
    // Offline, a language that was never fetched stays unspoken; the old one goes on.
    speak(chosen.language).catch(() => {});
  }, [chosen.language]);
  const preferences = useMemo<Preferences>(
    () => ({ ...chosen, setLanguage, setTheme }),
    [chosen, setLanguage, setTheme],
  );
  return (
    <I18nProvider i18n={i18n}>
      <PreferencesContext value={preferences}>
        <App app={app} />
      </PreferencesContext>
    </I18nProvider>
  );
}
