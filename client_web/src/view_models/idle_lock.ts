/** Counts how long nobody has used the app in any tab of this browser, and says when it locks. */
import type { Cancel, Clock } from "../session/ports";
import type { LockChoice } from "./app_lock";
import type { Kept } from "./context";
import { Observed } from "./observable";

export interface LockKept {
  /** After how many minutes the person wants it; 0: not at all. */
  readonly minutes: Kept<number>;
  /** After how many at the latest the firm wants it; 0: as they choose. */
  readonly most: Kept<number>;
  /** When it was used last, in milliseconds since 1970; 0: that is not known. */
  readonly used: Kept<number>;
  /** Whether this browser is locked; the server knows better. */
  readonly locked: Kept<boolean>;
}

export interface IdleLockOptions {
  readonly clock: Clock;
  readonly kept: LockKept;
  /** Something goes on that is use without a touch. */
  readonly busy: () => boolean;
  /** Nobody has used it for so long. */
  readonly due: () => void;
}

const MINUTE_MS = 60_000;
/** So often it looks what another tab chose or heard of the firm. */
const LOOK_MS = MINUTE_MS;
/** A use is noted for the other tabs so often at most. */
const NOTE_MS = 1_000;

export class IdleLock {
  readonly state: Observed<LockChoice>;
  private readonly options: IdleLockOptions;
  private watching = false;
  /** When this page noted a use last. */
  private noted = 0;
  private timer: Cancel | undefined;

  constructor(options: IdleLockOptions) {
    this.options = options;
    this.state = new Observed(this.choice());
  }

  /** Whether this browser was locked, or would have been while no page was open. */
  isLocked(): boolean {
    return this.options.kept.locked.get() || this.isDue();
  }

  /** It was unlocked, or somebody signed in: what was before counts no more. */
  opened(): void {
    this.options.kept.locked.set(false);
    this.note();
  }

  /** Somebody came in: counts from now on. */
  watch(): void {
    this.watching = true;
    this.note();
    this.wait();
  }

  /** There is nothing to lock. */
  rest(): void {
    this.watching = false;
    this.timer?.();
  }

  /** Somebody uses it. A device that slept is not used by whoever wakes it. */
  touch(): void {
    const since = this.options.clock.now() - this.noted;
    if (!this.watching || (since >= 0 && since < NOTE_MS)) return;
    if (this.isDue()) this.look();
    else this.note();
  }

  choose(minutes: number): void {
    this.options.kept.minutes.set(minutes);
    this.changed();
  }

  /** What the firm wants; undefined: that is not known yet. */
  demand(minutes: number | undefined): void {
    if (minutes === undefined || minutes === this.state.get().most) return;
    this.options.kept.most.set(minutes);
    this.changed();
  }

  private note(): void {
    this.noted = this.options.clock.now();
    this.options.kept.used.set(this.noted);
  }

  private changed(): void {
    this.show();
    if (!this.watching) return;
    this.note();
    this.wait();
  }

  private show(): void {
    const { minutes, most } = this.state.get();
    const now = this.choice();
    if (now.minutes !== minutes || now.most !== most) this.state.set(now);
  }

  private look(): void {
    this.show();
    if (this.options.busy()) this.note();
    if (this.isDue()) this.options.due();
    else this.wait();
  }

  private wait(): void {
    this.timer?.();
    const left = Math.min(this.left() ?? LOOK_MS, LOOK_MS);
    this.timer = this.options.clock.after(left, () => this.look());
  }

  private isDue(): boolean {
    const left = this.left();
    return left !== undefined && left <= 0;
  }

  /** Milliseconds until it locks, unless it is used; undefined: it does not lock by itself. */
  private left(): number | undefined {
    const { clock, kept } = this.options;
    const minutes = effective(this.choice());
    const used = kept.used.get();
    if (minutes === 0 || used === 0) return undefined;
    const now = clock.now();
    // The clock was set back: counts from there, not from when it has caught up.
    if (now < used) kept.used.set(now);
    return minutes * MINUTE_MS - Math.max(0, now - used);
  }

  private choice(): LockChoice {
    const { minutes, most } = this.options.kept;
    return { minutes: minutes.get(), most: most.get() };
  }
}

/** After how many minutes it locks; 0: not by itself. */
export function effective({ minutes, most }: LockChoice): number {
  if (most === 0) return minutes;
  return minutes === 0 ? most : Math.min(minutes, most);
}
