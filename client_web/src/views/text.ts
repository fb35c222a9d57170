/** What views say: typed ids into the Lingui catalogues, and times and numbers as the locale writes them. */
import type { I18n } from "@lingui/core";
import { useLingui } from "@lingui/react";
import { useMemo } from "react";
import type consoles from "../locales/console.en.json";
import type catalogue from "../locales/en.json";
import type events from "../locales/events.gen.json";
import { isolated } from "../view_models/bidi";
import type { Trouble } from "../view_models/people";

export type TextId = keyof typeof catalogue | keyof typeof consoles | keyof typeof events;
export type Values = Readonly<Record<string, string | number>>;
/** The text of an id in the reader's language. */
export type Say = (id: TextId, values?: Values) => string;

/** Texts of the current language; the function changes when the language does. */
export function useText(): Say {
  const { i18n } = useLingui();
  return useMemo(() => speaker(i18n, i18n.locale), [i18n, i18n.locale]);
}

/** Ids that are put together: the id where there is such a text; a newer server has other types. */
export function useKnownId(): (id: string) => TextId | undefined {
  const { i18n } = useLingui();
  return (id) => (id in i18n.messages ? (id as TextId) : undefined);
}

/** A new function for each language, so that what was said in another is said again. */
export function speaker(i18n: I18n, _locale: string): Say {
  return (id, values) => i18n._(id, values === undefined ? undefined : kept(values));
}

/** Names may run the other way than the sentence. */
function kept(values: Values): Record<string, string | number> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      typeof value === "string" ? isolated(value) : value,
    ]),
  );
}

/**
 * Words for a refusal: those of its code, else of the fallback, else the server's sentence.
 *
 * Texts of codes may use {seconds} or {minutes}, after which it may be tried again.
 */
export function useTroubleText(): (trouble: Trouble, fallback?: TextId) => string {
  const known = useKnownId();
  const say = useText();
  return ({ code, detail, retryAfter, part = "" }, fallback) => {
    const seconds = Math.ceil(retryAfter ?? 0);
    const minutes = Math.ceil(seconds / 60);
    const id = known(`trouble.${code}`);
    if (id !== undefined) return say(id, { seconds, minutes, part });
    if (fallback !== undefined) return say(fallback, { seconds });
    return detail ?? say("trouble.unknown", { code });
  };
}

/** Times and counts as this locale writes them. Times come as RFC 3339, as on the wire. */
export interface Format {
  /** 09:41 */
  clock(at: string): string;
  /** Today, Yesterday, Monday 16 November, 3 March 2025 */
  day(at: string, now: number): string;
  /** today, 14:00; tomorrow, 09:00; Monday 30 November, 09:00 */
  next(at: string, now: number): string;
  /** 09:05; on another day 24 Nov, 09:05 */
  since(at: string, now: number): string;
  /** Monday; it is 0 */
  weekdayName(day: number): string;
  /** Mon 30 Nov */
  dayOfWeek(at: string): string;
  /** Mon; Monday is 0 */
  weekday(day: number): string;
  /** now, 5 min ago, 3 h ago, then a short date */
  ago(at: string, now: number): string;
  /** 24 November 2026, 09:41:03 */
  full(at: string): string;
  /** 24 November 2026, 09:41 */
  moment(at: string): string;
  /** 24 Nov 2026, and the time unless a day begins or ends there. */
  edge(at: string): string;
  /** 24 Nov 2026 */
  date(at: string): string;
  count(n: number): string;
  /** 820 B, 12 kB, 3.4 MB */
  size(bytes: number): string;
}

const formats = new Map<string, Format>();

/** The formats of the current language. */
export function useFormat(): Format {
  const { i18n } = useLingui();
  return formatFor(i18n.locale || "en");
}

/** The formats of one locale, made once. British order and 24 hours for English. */
export function formatFor(language: string): Format {
  const known = formats.get(language);
  if (known !== undefined) return known;
  const made = makeFormat(language === "en" ? "en-GB" : language);
  formats.set(language, made);
  return made;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

function makeFormat(locale: string): Format {
  const clock = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" });
  const weekday = new Intl.DateTimeFormat(locale, {
    weekday: "long",
    day: "numeric",
    month: "long",
  });
  const shortDay = new Intl.DateTimeFormat(locale, { weekday: "short", timeZone: "UTC" });
  const longDay = new Intl.DateTimeFormat(locale, { weekday: "long", timeZone: "UTC" });
  const dated = new Intl.DateTimeFormat(locale, {
    weekday: "short",
    day: "numeric",
    month: "short",
  });
  const long = new Intl.DateTimeFormat(locale, { day: "numeric", month: "long", year: "numeric" });
  const short = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short" });
  const shortYear = new Intl.DateTimeFormat(locale, {
    day: "numeric",
    month: "short",
    year: "numeric",
  });
  const full = new Intl.DateTimeFormat(locale, { dateStyle: "long", timeStyle: "medium" });
  const moment = new Intl.DateTimeFormat(locale, { dateStyle: "long", timeStyle: "short" });
  const shortMoment = new Intl.DateTimeFormat(locale, {
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
  });
  const near = new Intl.RelativeTimeFormat(locale, { numeric: "auto", style: "long" });
  const passed = new Intl.RelativeTimeFormat(locale, { numeric: "auto", style: "short" });
  const count = new Intl.NumberFormat(locale);
  const size = sizes(locale);
  const sameYear = (date: Date, now: number) => date.getFullYear() === new Date(now).getFullYear();
  return {
    clock: (at) => clock.format(new Date(at)),
    day(at, now) {
      const date = new Date(at);
      const days = calendarDays(date, new Date(now));
      if (days === 0 || days === -1) return capital(near.format(days, "day"), locale);
      return capital((sameYear(date, now) ? weekday : long).format(date), locale);
    },
    next(at, now) {
      const date = new Date(at);
      const days = calendarDays(date, new Date(now));
      const day = days === 0 || days === 1 ? near.format(days, "day") : weekday.format(date);
      return `${day}, ${clock.format(date)}`;
    },
    since(at, now) {
      const date = new Date(at);
      const today = calendarDays(date, new Date(now)) === 0;
      return today ? clock.format(date) : `${short.format(date)}, ${clock.format(date)}`;
    },
    weekdayName: (day) => capital(longDay.format(new Date(Date.UTC(2024, 0, 1 + day))), locale),
    dayOfWeek: (at) => dated.format(new Date(at)),
    weekday: (day) => shortDay.format(new Date(Date.UTC(2024, 0, 1 + day))),
    ago(at, now) {
      const date = new Date(at);
      const past = Math.max(0, now - date.getTime());
      if (past < MINUTE) return passed.format(0, "second");
      if (past < HOUR) return passed.format(-Math.floor(past / MINUTE), "minute");
      if (past < DAY) return passed.format(-Math.floor(past / HOUR), "hour");
      return (sameYear(date, now) ? short : shortYear).format(date);
    },
    full: (at) => full.format(new Date(at)),
    moment: (at) => moment.format(new Date(at)),
    edge(at) {
      const date = new Date(at);
      return (isEdge(date) ? shortYear : shortMoment).format(date);
    },
    date: (at) => shortYear.format(new Date(at)),
    count: (n) => count.format(n),
    size,
  };
}

function sizes(locale: string): (bytes: number) => string {
  const unit = (name: string, maximumFractionDigits: number) =>
    new Intl.NumberFormat(locale, {
      style: "unit",
      unit: name,
      maximumFractionDigits,
    });
  const [kilo, mega] = [unit("kilobyte", 0), unit("megabyte", 1)];
  return (n) => {
    if (n < 1_000) return `${n} B`;
    return n < 1_000_000 ? kilo.format(n / 1_000) : mega.format(n / 1_000_000);
  };
}

/** Whether a local day begins at this minute, or ends with it. */
function isEdge(date: Date): boolean {
  const minute = date.getHours() * 60 + date.getMinutes();
  return minute === 0 || minute === 24 * 60 - 1;
}

/** Calendar days from `now` to `date`, both local; negative in the past. */
function calendarDays(date: Date, now: Date): number {
  const from = Date.UTC(now.getFullYear(), now.getMonth(), now.getDate());
  const to = Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
  return Math.round((to - from) / DAY);
}

function capital(text: string, locale: string): string {
  return text.slice(0, 1).toLocaleUpperCase(locale) + text.slice(1);
}
