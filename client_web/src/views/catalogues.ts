/**
 * The languages' texts, each its own chunk, fetched when it is spoken.
 *
 * A build parts them: what the first screen says, and the rest (`?later`), which follows at once.
 */
import { i18n } from "@lingui/core";
import type { Language } from "../view_models/preferences";

const FIRST = {
  en: () => import("../locales/en.json"),
  pl: () => import("../locales/pl.json"),
};
const LATER = {
  en: () => import("../locales/en.json?later"),
  pl: () => import("../locales/pl.json?later"),
};

let spoken: Language = "en";
/** Whether the rest was asked for; a language that is chosen then comes whole. */
let all = false;

/** Speaks a language from now on. Rejects when its texts cannot be fetched; nothing changes then. */
export async function speak(language: Language): Promise<void> {
  const whole = all;
  const parts = await Promise.all([FIRST[language](), ...(whole ? [LATER[language]()] : [])]);
  i18n.loadAndActivate({
    locale: language,
    messages: Object.assign({}, ...parts.map((part) => part.default)),
  });
  spoken = language;
  if (all && !whole) await speakAll();
}

/** Fetches the rest of the language's texts, once. Rejects when they cannot be fetched. */
export async function speakAll(): Promise<void> {
  all = true;
  const language = spoken;
  const { default: messages } = await LATER[language]();
  if (language !== spoken) return speakAll();
  if (!known(messages)) i18n.load(language, messages);
}

function known(messages: Record<string, unknown>): boolean {
  const [first] = Object.keys(messages);
  return first === undefined || first in i18n.messages;
}
