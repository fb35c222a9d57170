/** Office hours as they are typed: a line of times for each day, in a zone. */
import type { HoursPlan } from "../wire/types.gen";
import type { Observable } from "./observable";
import type { Trouble } from "./people";

/** Monday first; a line such as "09:00-12:30 13:00-17:00", empty where nobody is there. */
export type DayLines = readonly string[];

export const NO_DAYS: DayLines = ["", "", "", "", "", "", ""];
const MONDAY_TO_FRIDAY = "09:00-17:00";
export const USUAL_DAYS: DayLines = NO_DAYS.map((_, day) => (day < 5 ? MONDAY_TO_FRIDAY : ""));

export function linesOf(week: readonly (readonly string[])[]): DayLines {
  return week.map((day) => day.join(" "));
}

/** The week that lines say; undefined: a line is not understood (`wrong` says which). */
export function weekOf(lines: DayLines): HoursPlan["week"] | undefined {
  const week = lines.map(dayOf);
  const whole = week.length === 7 && week.every((day) => day !== undefined);
  return whole ? (week as HoursPlan["week"]) : undefined;
}

/** Which lines are not understood. */
export function wrong(lines: DayLines): readonly boolean[] {
  return lines.map((line) => dayOf(line) === undefined);
}

/** 9-17, 9.30–17 and the like, written as the server wants it; undefined: no time of a day. */
export function stretchOf(text: string): string | undefined {
  const found = /^(\d{1,2})(?:[:.](\d\d))?[-–](\d{1,2})(?:[:.](\d\d))?$/.exec(text.trim());
  if (found === null) return undefined;
  const [hour, minute, lastHour, lastMinute] = found.slice(1).map((part) => Number(part ?? 0));
  const [begins, ends] = [clock(hour, minute), clock(lastHour, lastMinute)];
  if (begins === undefined || ends === undefined || begins >= ends) return undefined;
  return `${begins}-${ends}`;
}

function dayOf(line: string): string[] | undefined {
  const parts = line.replace(/\s*[-–]\s*/g, "-").split(/[\s,;]+/);
  const stretches = parts.filter((part) => part !== "").map(stretchOf);
  return stretches.every((one) => one !== undefined) ? (stretches as string[]) : undefined;
}

function clock(hour = 0, minute = 0): string | undefined {
  if (minute > 59 || hour * 60 + minute > 24 * 60) return undefined;
  return `${String(hour).padStart(2, "0")}:${String(minute).padStart(2, "0")}`;
}

/** The words for clients while nobody is there, by language; empty: the usual ones. */
export interface Words {
  readonly en: string;
  readonly pl: string;
}

/** The wire's form: what is empty is absent. */
export function textsOf({ en, pl }: Words): { en?: string; pl?: string } {
  return { ...(en.trim() ? { en: en.trim() } : {}), ...(pl.trim() ? { pl: pl.trim() } : {}) };
}

export interface AwayView {
  /** RFC 3339 */
  readonly starts: string;
  readonly until: string;
}

/** What somebody has otherwise than the firm. */
export interface OwnHoursState {
  readonly loading: boolean;
  /** False: it is not known yet what somebody has. */
  readonly known: boolean;
  readonly busy: boolean;
  /** One's own week; undefined: the firm's. */
  readonly own?: { readonly zone: string; readonly lines: DayLines } | undefined;
  /** The firm's; undefined: it keeps none. */
  readonly firm?: { readonly zone: string; readonly lines: DayLines } | undefined;
  readonly away?: AwayView | undefined;
  readonly words: Words;
  readonly done?: "away" | "back" | "week" | undefined;
  readonly trouble?: Trouble | undefined;
}

export interface OwnHoursModel {
  readonly state: Observable<OwnHoursState>;
  /** Local times such as "2026-12-01T08:00"; `from` empty: now. */
  leave(from: string, until: string, words: Words): Promise<void>;
  back(): Promise<void>;
  /** Whether words send clients where nothing is recorded; nobody is held back. */
  elsewhere(words: Words): boolean;
  /** Undefined: the firm's week. */
  setWeek(week: { readonly zone: string; readonly lines: DayLines } | undefined): Promise<void>;
  refresh(): void;
}
