/** When somebody is there to answer a client, in the client's own time where that can be said. */
import type { AnswersNow } from "../wire/types.gen";

/** Days of the week, Monday is 0, from first to last, with the same times: "09:00-17:00". */
export interface HoursLine {
  readonly first: number;
  readonly last: number;
  readonly times: readonly string[];
}

export interface AnsweringView {
  readonly there: boolean;
  /** RFC 3339: when that changes; absent: not for long. */
  readonly changes?: string | undefined;
  /** None: nothing says when, or somebody is away who would be there by them. */
  readonly hours: readonly HoursLine[];
  /** Every hour of every day. */
  readonly always?: true | undefined;
  /** own: turned into this device's time, which is another; zone: as they are kept, in `zone`. */
  readonly time: "same" | "own" | "zone";
  readonly zone?: string | undefined;
}

const DAY = 24 * 60;
const WEEK = 7 * DAY;
const WHOLE_DAY = "00:00-24:00";
/** Clocks may be put forward or back before the hours begin. */
const SAME_TIME = 2 * 60;

/** Undefined: no hours are kept, somebody is always there. */
export function answeringView(
  item: AnswersNow | undefined,
  now: number,
): AnsweringView | undefined {
  if (item === undefined) return undefined;
  const { there, changes, zone, week } = item;
  if (there && changes === undefined && week === undefined) return undefined;
  const plain = { there, changes, hours: [], time: "same" } as const;
  if (week === undefined || zone === undefined) return plain;
  if (!there && isAway(week, zone, changes, now)) return plain;
  if (week.length === 7 && week.every(isWhole)) return { ...plain, always: true };
  const ahead = minutesAhead(zone, now);
  const shifted = ahead === 0 ? week : week.map((day) => day.map((one) => moved(one, ahead)));
  const fits = shifted.every((day) => day.every((one) => one !== undefined));
  const time = ahead === 0 ? "same" : fits ? "own" : "zone";
  return { there, changes, hours: lines(fits ? (shifted as string[][]) : week), time, zone };
}

function isWhole(day: readonly string[]): boolean {
  return day.length === 1 && day[0] === WHOLE_DAY;
}

/** Whether nobody is there although the hours say so, or for longer than they say. */
function isAway(
  week: readonly (readonly string[])[],
  zone: string,
  changes: string | undefined,
  now: number,
): boolean {
  const date = new Date(now);
  const here = ((date.getDay() + 6) % 7) * DAY + date.getHours() * 60 + date.getMinutes();
  const there = here - minutesAhead(zone, now);
  const opens = week.flatMap((day, number) =>
    day.map((stretch) => {
      const [begins = 0, ends = 0] = stretch
        .split("-")
        .map((clock) => number * DAY + minutes(clock));
      const since = modulo(there - begins);
      return since < ends - begins ? 0 : WEEK - since;
    }),
  );
  const opening = Math.min(...opens);
  if (changes === undefined) return Number.isFinite(opening);
  return (Date.parse(changes) - now) / 60_000 > opening + SAME_TIME;
}

/** Within a week, also of what lies before it. */
function modulo(minute: number): number {
  return ((minute % WEEK) + WEEK) % WEEK;
}

/** How many minutes this device's clock is ahead of a zone's. */
function minutesAhead(zone: string, now: number): number {
  try {
    const parts = new Intl.DateTimeFormat("en-GB", {
      timeZone: zone,
      dateStyle: "short",
      timeStyle: "short",
    }).format(now);
    const [day = 1, month = 1, year = 0, hour = 0, minute = 0] = parts.split(/\D+/).map(Number);
    const local = new Date(now);
    const there = Date.UTC(year, month - 1, day, hour, minute);
    const here = Date.UTC(
      local.getFullYear(),
      local.getMonth(),
      local.getDate(),
      local.getHours(),
      local.getMinutes(),
    );
    return (here - there) / 60_000;
  } catch {
    // A zone that this browser does not know: its hours are said as they are kept.
    return Number.NaN;
  }
}

/** A stretch at another time of the same day; undefined: it would leave the day. */
function moved(stretch: string, by: number): string | undefined {
  const [begins = 0, ends = 0] = stretch.split("-").map((clock) => minutes(clock) + by);
  return begins >= 0 && ends <= DAY ? `${clockOf(begins)}-${clockOf(ends)}` : undefined;
}

function minutes(clock: string): number {
  const [hour = 0, minute = 0] = clock.split(":").map(Number);
  return hour * 60 + minute;
}

function clockOf(value: number): string {
  const two = (number: number) => String(number).padStart(2, "0");
  return `${two(Math.floor(value / 60))}:${two(value % 60)}`;
}

function lines(week: readonly (readonly string[])[]): readonly HoursLine[] {
  const found: HoursLine[] = [];
  for (const [day, times] of week.entries()) {
    if (times.length === 0) continue;
    const before = found.at(-1);
    if (before?.last === day - 1 && before.times.join() === times.join()) {
      found[found.length - 1] = { ...before, last: day };
    } else found.push({ first: day, last: day, times });
  }
  return found;
}
