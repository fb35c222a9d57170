/** When what people say of themselves begins or ends: then it is drawn anew, and nobody is asked. */
import type * as wire from "../wire/types.gen";
import type { Cancel, Clock } from "./ports";
import type { Roster } from "./roster";

/** A timer that waits longer is no timer: it looks again each day. */
const FURTHEST_MS = 86_400_000;

type Said = Pick<wire.Person, "status" | "away">;

/** What somebody says of themself at a moment: a status that is not over, an absence that is on. */
export function saidAt({ status, away }: Said, now: number) {
  const ended = status?.until !== undefined && Date.parse(status.until) <= now;
  const gone = away !== undefined && Date.parse(away.starts) <= now && now < Date.parse(away.until);
  return { status: ended ? undefined : status, awayUntil: gone ? away.until : undefined };
}

interface MomentsOptions {
  readonly clock: Clock;
  readonly roster: Roster;
  /** The server's time. */
  readonly now: () => number;
}

export class Moments {
  private readonly options: MomentsOptions;
  private readonly unsubscribe: Cancel;
  private timer: Cancel | undefined;

  constructor(options: MomentsOptions) {
    this.options = options;
    this.unsubscribe = options.roster.changed.subscribe((conv) => {
      if (conv === undefined) this.plan();
    });
  }

  stop(): void {
    this.unsubscribe();
    this.timer?.();
  }

  private plan(): void {
    const { clock, roster, now } = this.options;
    this.timer?.();
    this.timer = undefined;
    const at = now();
    const coming = [...roster.people.values()].flatMap(turns).filter((turn) => turn > at);
    if (coming.length === 0) return;
    const next = coming.reduce((first, turn) => Math.min(first, turn));
    this.timer = clock.after(Math.min(next - at, FURTHEST_MS), () => {
      this.timer = undefined;
      roster.changed.emit(undefined);
    });
  }
}

function turns({ status, away }: Said): number[] {
  const said = [status?.until, away?.starts, away?.until];
  return said.flatMap((time) => (time === undefined ? [] : Date.parse(time)));
}
