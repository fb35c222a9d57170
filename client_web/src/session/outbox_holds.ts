/** Messages that can be taken back for some seconds: none is sent before they are over. */
import { inTime } from "./in_time";
import type { OutboxEntry } from "./outbox_entry";
import type { Cancel, Clock, Store } from "./ports";

const HOLD_MS = 5_000;
/** What another tab took back at the last moment is heard of before it would be sent. */
const GRACE_MS = 300;

export class Holds {
  private readonly clock: Clock;
  private readonly over: (id: string) => void;
  private readonly timers = new Map<string, Cancel>();

  constructor(clock: Clock, over: (id: string) => void) {
    this.clock = clock;
    this.over = over;
  }

  /** Until when a message is held that is given now. */
  until(): number {
    return this.clock.now() + HOLD_MS;
  }

  mayTakeBack({ heldUntil }: OutboxEntry): boolean {
    return heldUntil !== undefined && this.clock.now() < heldUntil;
  }

  /** An entry as it stands now: held until its time has come, and free from then on. */
  watch(entry: OutboxEntry): OutboxEntry {
    const { heldUntil, ...free } = entry;
    if (heldUntil === undefined) return entry;
    const left = heldUntil + GRACE_MS - this.clock.now();
    // A clock that was set back holds nothing for longer.
    if (left <= 0 || left > HOLD_MS + GRACE_MS) return free;
    if (!this.timers.has(entry.id)) {
      const end = () => {
        this.timers.delete(entry.id);
        this.over(entry.id);
      };
      this.timers.set(entry.id, this.clock.after(left, end));
    }
    return entry;
  }

  /** It is waited for no longer. */
  forget(id: string): void {
    this.timers.get(id)?.();
    this.timers.delete(id);
  }

  stop(): void {
    for (const cancel of this.timers.values()) cancel();
    this.timers.clear();
  }
}

/**
 * Whether an entry lies on the device. To a tab that was blocked, another one's word that it took
 * the entry back may still be on its way, while the row is gone already. True where the device does
 * not say.
 */
export async function liesIn(
  clock: Clock,
  store: Pick<Store, "outbox">,
  id: string,
): Promise<boolean> {
  const rows = await inTime(clock, store.outbox()).catch(() => undefined);
  return rows?.some((row) => row.id === id) ?? true;
}
