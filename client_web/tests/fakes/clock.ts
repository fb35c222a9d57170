/** A clock that stands still until it is told to go on. */
import type { Cancel, Clock } from "../../src/session/ports";

export class FakeClock implements Clock {
  /** Wall minus monotonic time; tests may make it jump. */
  offset = Date.UTC(2026, 10, 24, 9, 0, 0);
  private time = 0;
  private serial = 0;
  private readonly timers = new Map<number, { readonly at: number; readonly run: () => void }>();

  now(): number {
    return this.offset + this.time;
  }

  monotonic(): number {
    return this.time;
  }

  after(milliseconds: number, callback: () => void): Cancel {
    const id = this.serial++;
    this.timers.set(id, { at: this.time + Math.max(0, milliseconds), run: callback });
    return () => {
      this.timers.delete(id);
    };
  }

  /** Lets time pass; each timer runs at its moment, and what it began goes on before the next. */
  async advance(milliseconds: number): Promise<void> {
    const end = this.time + milliseconds;
    await settle();
    for (;;) {
      const due = [...this.timers].filter(([, timer]) => timer.at <= end);
      const next = due.sort(([i, a], [j, b]) => a.at - b.at || i - j)[0];
      if (next === undefined) break;
      this.time = Math.max(this.time, next[1].at);
      this.timers.delete(next[0]);
      next[1].run();
      await settle();
    }
    this.time = end;
  }
}

/** Lets everything that waits for nothing but promises go on. */
export async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}
