/** The console's texts: the chat's, and its own, which take the place of the chat's where both are. */
import { i18n } from "@lingui/core";
import type { Language } from "../../view_models/preferences";

/** Speaks a language from now on. Rejects when its texts cannot be fetched; nothing changes then. */
export async function speak(language: Language): Promise<void> {
  const [shared, own] =
    language === "pl"
      ? await Promise.all([
          import("../../locales/pl.json"),
          import("../../locales/console.pl.json"),
        ])
      : await Promise.all([
          import("../../locales/en.json"),
          import("../../locales/console.en.json"),
        ]);
  i18n.loadAndActivate({ locale: language, messages: { ...shared.default, ...own.default } });
}
