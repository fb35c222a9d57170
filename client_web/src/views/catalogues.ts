/**
 * The languages' texts, each its own chunk, fetched when it is spoken.
 *
 * A build parts them: what the first screen says, what the ways in say, and the rest (`?later`).
 */
import { i18n } from "@lingui/core";
import type { Language } from "../view_models/preferences";

const FIRST = {
  en: () => import("../locales/en.json"),
  pl: () => import("../locales/pl.json"),
};
const MORE = {
  doors: {
    en: () => import("../locales/en.json?doors"),
    pl: () => import("../locales/pl.json?doors"),
  },
  later: {
    en: () => import("../locales/en.json?later"),
    pl: () => import("../locales/pl.json?later"),
  },
};
type Part = keyof typeof MORE;

let spoken: Language = "en";
/** What was asked for; a language that is chosen then comes with it. */
const asked = new Set<Part>();

/** Speaks a language from now on. Rejects when its texts cannot be fetched; nothing changes then. */
export async function speak(language: Language): Promise<void> {
  const more = [...asked];
  const parts = await Promise.all([
    FIRST[language](),
    ...more.map((part) => MORE[part][language]()),
  ]);
  i18n.loadAndActivate({
    locale: language,
    messages: Object.assign({}, ...parts.map((part) => part.default)),
  });
  spoken = language;
  const since = [...asked].filter((part) => !more.includes(part));
  await Promise.all(since.map(speakMore));
}

/** Fetches the texts of the ways in, once. Rejects when they cannot be fetched. */
export const speakDoors = () => speakMore("doors");

/** Fetches the rest of the language's texts, once. Rejects when they cannot be fetched. */
export async function speakAll(): Promise<void> {
  await Promise.all([speakMore("doors"), speakMore("later")]);
}

async function speakMore(part: Part): Promise<void> {
  asked.add(part);
  const language = spoken;
  const { default: messages } = await MORE[part][language]();
  if (language !== spoken) return speakMore(part);
  if (!known(messages)) i18n.load(language, messages);
}

function known(messages: Record<string, unknown>): boolean {
  const [first] = Object.keys(messages);
  return first === undefined || first in i18n.messages;
}
