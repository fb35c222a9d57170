/** Language, colours and how messages are sent, as chosen in this browser. They say nothing of the person, and stay after sign-out. */

import type { Kept } from "../view_models/context";
import type { LockKept } from "../view_models/idle_lock";
import { type Observable, Observed } from "../view_models/observable";
import type { Language, Theme } from "../view_models/preferences";

export interface Chosen {
  readonly language: Language;
  readonly theme: Theme;
  readonly undoSend: boolean;
}

/** Whether this device tells of what comes while nobody looks. */
export const ALERTS = "onrecord.alerts";
const LANGUAGE = "onrecord.language";
const THEME = "onrecord.theme";
const UNDO_SEND = "onrecord.undo_send";
const CLIENTS = "onrecord.clients";

/** Whether it was a client who came in here last: they are shown where clients come in. */
export const clientsDevice = {
  get: () => stored(CLIENTS) === "yes",
  set: (client: boolean) => keep(CLIENTS, client ? "yes" : "no"),
};

/** Where texts are kept, for all tabs. */
interface Place {
  readonly stored: (key: string) => string | null;
  /** Whether it was kept. */
  readonly keep: (key: string, text: string) => boolean;
}

/** What a device keeps of the app lock. */
export function lockIn(place: Place): LockKept {
  return {
    minutes: number(place, "onrecord.lock"),
    most: number(place, "onrecord.lock.most"),
    used: number(place, "onrecord.used"),
    locked: lasting(
      place,
      "onrecord.locked",
      (text) => text === "yes",
      (locked) => (locked ? "yes" : "no"),
    ),
  };
}

/** What this device keeps of the app lock, for all its tabs. */
export const appLock = lockIn({ stored, keep });

export class BrowserPreferences {
  private readonly observed: Observed<Chosen>;
  readonly chosen: Observable<Chosen>;

  constructor() {
    const theme = themeOf(stored(THEME));
    const language = languageOf(stored(LANGUAGE)) ?? preferredLanguage();
    const undoSend = stored(UNDO_SEND) === "on";
    this.observed = new Observed<Chosen>({ language, theme, undoSend });
    this.chosen = this.observed;
    show(theme);
  }

  readonly setLanguage = (language: Language): void => {
    keep(LANGUAGE, language);
    this.observed.set({ ...this.observed.get(), language });
  };

  readonly setTheme = (theme: Theme): void => {
    keep(THEME, theme);
    show(theme);
    this.observed.set({ ...this.observed.get(), theme });
  };

  readonly setUndoSend = (undoSend: boolean): void => {
    keep(UNDO_SEND, undoSend ? "on" : "off");
    this.observed.set({ ...this.observed.get(), undoSend });
  };

  /** The language somebody was invited in: it goes before what the browser prefers, until chosen. */
  readonly takeLanguage = (locale: string): void => {
    const language = languageOf(locale.slice(0, 2));
    if (language !== undefined) this.observed.set({ ...this.observed.get(), language });
  };

  /** What the person once told the server, used where this browser was told nothing. */
  readonly suggestLanguage = (locale: string): void => {
    const language = languageOf(locale.slice(0, 2));
    if (language === undefined || stored(LANGUAGE) !== null) return;
    this.observed.set({ ...this.observed.get(), language });
  };
}

/** A number that is not below 0. */
function number(place: Place, key: string): Kept<number> {
  const read = (text: string | null) => {
    const found = Number(text);
    return Number.isFinite(found) ? Math.max(0, found) : 0;
  };
  return lasting(place, key, read, String);
}

/** For all tabs; what the browser does not keep lasts as long as the page is open, and in it alone. */
function lasting<T>(
  place: Place,
  key: string,
  read: (text: string | null) => T,
  write: (value: T) => string,
): Kept<T> {
  let here: string | undefined;
  return {
    get: () => read(here ?? place.stored(key)),
    set: (value) => {
      const text = write(value);
      here = place.keep(key, text) ? undefined : text;
    },
  };
}

function languageOf(text: string | null): Language | undefined {
  return text === "en" || text === "pl" ? text : undefined;
}

function themeOf(text: string | null): Theme {
  return text === "light" || text === "dark" ? text : "system";
}

function preferredLanguage(): Language {
  for (const tag of navigator.languages) {
    const language = languageOf(tag.slice(0, 2).toLowerCase());
    if (language !== undefined) return language;
  }
  return "en";
}

function show(theme: Theme): void {
  const { dataset } = document.documentElement;
  if (theme === "system") delete dataset.theme;
  else dataset.theme = theme;
}

/**
 * The language of what is on the page: the one that is spoken, which a chosen one may not be yet.
 *
 * `title`: what the page is called in it; absent: nothing that depends on a language.
 */
export function showLanguage(language: string, title?: string): void {
  document.documentElement.lang = language;
  if (title !== undefined) document.title = title;
}

// A browser may refuse storage altogether; the choice then lasts as long as the page.
export function stored(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch (error) {
    if (error instanceof DOMException) return null;
    throw error;
  }
}

/** Whether the browser keeps it. */
export function keep(key: string, value: string): boolean {
  try {
    localStorage.setItem(key, value);
    return true;
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    return false;
  }
}
