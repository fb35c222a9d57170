/** What of a session lies on the device: how it is taken, and how it is shown again. */
import type { Me } from "../wire/types.gen";
import type { Drafts } from "./drafts";
import type { Outbox } from "./outbox";
import type { Clock } from "./ports";
import type { Quiet } from "./quiet";
import type { Roster } from "./roster";
import { KEPT_DAYS, opens, recent, type Snapshot } from "./snapshot";
import type { Timelines } from "./timelines";

interface Parts {
  readonly me: Me;
  readonly clock: Clock;
  readonly roster: Roster;
  readonly timelines: Timelines;
  readonly outbox: Outbox;
  readonly drafts: Drafts;
  readonly quiet: Quiet;
}

export class Kept {
  /** Of how many days conversations may stay; 0: only where something waits to be sent. */
  days = KEPT_DAYS;
  private readonly parts: Parts;

  constructor(parts: Parts) {
    this.parts = parts;
  }

  /** Shows what an earlier visit left, and what waits to be sent; its cursor, if there is something. */
  show(kept: Snapshot): string | undefined {
    const { clock, roster, timelines, quiet } = this.parts;
    this.days = kept.days ?? KEPT_DAYS;
    if (!opens(kept)) return undefined;
    // It may have lain here for long.
    const { people, conversations, timelines: rows } = recent(kept, clock.now(), this.isUnsent);
    roster.load(people, conversations);
    timelines.load(rows);
    quiet.take(kept.quiet);
    // Rows that are not kept have to be fetched: nothing is taken up where it was left.
    return this.days === 0 ? undefined : kept.cursor;
  }

  /** What to keep now; undefined: nothing is known yet. */
  take(cursor: string | undefined): Snapshot | undefined {
    const { me, clock, roster, timelines, quiet } = this.parts;
    if (cursor === undefined || !roster.loaded) return undefined;
    const hasLeft = (conv: string) => roster.conversations.get(conv)?.left ?? true;
    const whole: Snapshot = {
      version: 1,
      cursor,
      days: this.days,
      quiet: quiet.recorded,
      me,
      people: [...roster.people.values()],
      conversations: roster.summaries(),
      timelines: timelines.kept((conv) => !hasLeft(conv)),
    };
    return recent(whole, clock.now(), this.isUnsent);
  }

  private readonly isUnsent = (conv: string): boolean => {
    const { outbox, drafts } = this.parts;
    return outbox.in(conv).length > 0 || drafts.get(conv) !== "";
  };
}
