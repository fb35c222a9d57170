/** Keeps a snapshot on the device, a few seconds after a change; one tab does. */
import type { Cancel, Clock, Locks, Store } from "./ports";
import type { Snapshot } from "./snapshot";

const KEEP_AFTER_MS = 3_000;

export class Keeper {
  private readonly clock: Clock;
  private readonly store: Pick<Store, "putSnapshot">;
  private readonly take: () => Snapshot | undefined;
  private timer: Cancel | undefined;
  private release: Cancel | undefined;
  private leading = false;
  private dirty = false;
  private keeping = false;
  private stopped = false;

  /** `take`: the state now; undefined: there is nothing to keep yet. */
  constructor(options: {
    clock: Clock;
    store: Pick<Store, "putSnapshot">;
    take: () => Snapshot | undefined;
  }) {
    this.clock = options.clock;
    this.store = options.store;
    this.take = options.take;
  }

  start(locks: Locks): void {
    if (this.stopped) return;
    this.release = locks.hold("onrecord-keeper", () => {
      this.leading = true;
      this.touch();
    });
  }

  /** Something changed. */
  touch(): void {
    this.dirty = true;
    if (!this.leading) return;
    this.timer ??= this.clock.after(KEEP_AFTER_MS, () => void this.keep());
  }

  /** Keeps it now: the page may go away, or old texts must go. */
  async flush(): Promise<void> {
    if (this.leading && this.dirty) await this.keep();
  }

  stop(): void {
    this.stopped = true;
    this.timer?.();
    this.release?.();
    this.leading = false;
  }

  private async keep(): Promise<void> {
    this.timer?.();
    this.timer = undefined;
    // A write takes longer than a burst of changes: the next one waits for it.
    if (this.keeping) return this.touch();
    const snapshot = this.take();
    if (snapshot === undefined) return;
    this.dirty = false;
    this.keeping = true;
    try {
      await this.store.putSnapshot(snapshot);
    } finally {
      this.keeping = false;
    }
  }
}
