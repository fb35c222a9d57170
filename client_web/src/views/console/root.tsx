/** The console in the language and the colours of the person. */
import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { useEffect, useMemo } from "react";
import type { Console } from "../../view_models/console/console";
import type { Preferences } from "../../view_models/preferences";
import { speak } from "../catalogues";
import { useObserved } from "../observed";
import { PreferencesContext } from "../preferences_context";
import type { PreferenceSource } from "../root";
import { ConsoleApp } from "./app";

export function ConsoleRoot({ app, source }: { app: Console; source: PreferenceSource }) {
  const chosen = useObserved(source.chosen);
  const screen = useObserved(app.screen);
  const locale = "me" in screen ? screen.me.locale : undefined;
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
        <ConsoleApp app={app} />
      </PreferencesContext>
    </I18nProvider>
  );
}
