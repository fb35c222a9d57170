/** The languages' texts, each its own chunk, fetched when it is spoken. */
import { i18n } from "@lingui/core";
import type { Language } from "../view_models/preferences";

/** Speaks a language from now on. Rejects when its texts cannot be fetched; nothing changes then. */
export async function speak(language: Language): Promise<void> {
  const { default: messages } =
    language === "pl" ? await import("../locales/pl.json") : await import("../locales/en.json");
  i18n.loadAndActivate({ locale: language, messages });
  document.documentElement.lang = language;
}
