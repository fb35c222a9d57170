/** When this person is told of nothing: as the record says, and what is on its way there. */
import type { QuietHours, QuietHoursCommand } from "../wire/types.gen";
import type { Outbox } from "./outbox";
import type { Cancel, Clock } from "./ports";
import { Signal } from "./signal";

const MINUTE_MS = 60_000;

type Said = Omit<QuietHoursCommand, "t" | "id" | "conv">;

interface QuietOptions {
  readonly clock: Clock;
  readonly outbox: Outbox;
  /** Whose hours they are. */
  readonly me: string;
}

export class Quiet {
  /** Other hours, or they begin or end. */
  readonly changed = new Signal();
  /** On the record; undefined: none. */
  recorded: QuietHours | undefined;
  private readonly options: QuietOptions;
  private was = false;
  private timer: Cancel | undefined;
  private readonly unsubscribe: Cancel;

  constructor(options: QuietOptions) {
    this.options = options;
    this.unsubscribe = options.outbox.changed.subscribe((conv) => {
      if (conv === options.me) this.update();
    });
  }

  get hours(): QuietHours | undefined {
    const { outbox, me } = this.options;
    const last = outbox.in(me).findLast(({ entry }) => entry.command.t === "quiet_hours");
    const command = last?.entry.command;
    return command?.t === "quiet_hours" ? hoursOf(command) : this.recorded;
  }

  /** What the server says. */
  take(said: Said | undefined): void {
    this.recorded = said && hoursOf(said);
    this.update();
  }

  /** Whether nothing is to be told now. */
  now(): boolean {
    const { hours } = this;
    return hours !== undefined && isQuiet(hours, this.options.clock.now());
  }

  set(hours: QuietHours | undefined): void {
    void this.options.outbox.add({ t: "quiet_hours", conv: this.options.me, ...hours });
  }

  stop(): void {
    this.timer?.();
    this.unsubscribe();
  }

  private update(): void {
    this.wait();
    this.was = this.now();
    this.changed.emit();
  }

  /** Looks at the clock each minute, as long as there are hours. */
  private wait(): void {
    const { clock } = this.options;
    this.timer?.();
    this.timer = undefined;
    if (this.hours === undefined) return;
    this.timer = clock.after(MINUTE_MS - (clock.now() % MINUTE_MS), () => {
      if (this.was === this.now()) this.wait();
      else this.update();
    });
  }
}

function hoursOf({ zone, starts, ends, weekends }: Said): QuietHours | undefined {
  if (zone === undefined || starts === undefined || ends === undefined) return undefined;
  return { zone, starts, ends, ...(weekends ? { weekends } : {}) };
}

/** `now`: milliseconds since 1970. In a zone that this browser does not know it is never quiet. */
export function isQuiet({ zone, starts, ends, weekends }: QuietHours, now: number): boolean {
  const wall = wallOf(zone, now);
  if (wall === undefined) return false;
  if (weekends && (wall.day === "Sat" || wall.day === "Sun")) return true;
  const { time } = wall;
  return starts < ends ? starts <= time && time < ends : starts <= time || time < ends;
}

function wallOf(timeZone: string, now: number): { day: string; time: string } | undefined {
  try {
    const [day = "", time = ""] = new Intl.DateTimeFormat("en-GB", {
      timeZone,
      weekday: "short",
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
    })
      .format(now)
      .split(/[ ,]+/);
    return { day, time };
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
