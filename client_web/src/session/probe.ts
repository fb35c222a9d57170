/**
 * Finds out within seconds whether anybody is at the other end.
 *
 *     quiet --a command was sent, no answer for 1.5 s--> asking
 *     quiet --something makes it doubtful--> asking (ping; again each round)
 *     asking --an answer--> quiet
 *     asking --two silent rounds, or eight with other frames--> dead
 *
 * Other frames alone prove little: a network may drop one direction. But a slow line has many of them
 * before the answer, and shall not be cut for that.
 */
import type { Cancel, Clock } from "./ports";

/** From a command to the first question. With two rounds after it: 4 seconds. */
export const PATIENCE_MS = 1_500;
export const ROUND_MS = 1_250;
const SILENT = 4;
const BUSY = 1;
const MOST = 8;

export class Probe {
  private readonly clock: Clock;
  private readonly ping: () => void;
  private readonly dead: () => void;
  private timer: Cancel | undefined;
  private asking = false;
  private misses = 0;
  private heardSome = false;

  constructor(options: { clock: Clock; ping: () => void; dead: () => void }) {
    this.clock = options.clock;
    this.ping = options.ping;
    this.dead = options.dead;
  }

  /** A command was sent: its answer comes soon, or somebody is asked. */
  expect(): void {
    this.timer ??= this.clock.after(PATIENCE_MS, () => this.round());
  }

  /** Asks now. */
  ask(): void {
    if (this.asking) return;
    this.timer?.();
    this.round();
  }

  /** Some frame came. */
  heard(): void {
    this.heardSome = true;
  }

  /** An answer came, or nobody wants to know any more. */
  settle(): void {
    this.timer?.();
    this.timer = undefined;
    this.asking = false;
    this.misses = 0;
  }

  /** A page that stood still hears what came meanwhile before the next round is over. */
  private round(): void {
    if (this.asking) this.misses += this.heardSome ? BUSY : SILENT;
    if (this.misses >= MOST) {
      this.settle();
      this.dead();
      return;
    }
    this.asking = true;
    this.heardSome = false;
    this.timer = this.clock.after(ROUND_MS, () => this.round());
    this.ping();
  }
}
