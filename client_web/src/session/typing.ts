/** Who is typing where, for as long as they say so. */
import type * as wire from "../wire/types.gen";
import type { Cancel, Clock } from "./ports";
import { Signal } from "./signal";

export class Typing {
  /** With the conversation in which it changed. */
  readonly changed = new Signal<string>();
  private readonly clock: Clock;
  private readonly now = new Map<string, Map<string, Cancel>>();

  constructor(clock: Clock) {
    this.clock = clock;
  }

  in(conv: string): readonly string[] {
    return [...(this.now.get(conv)?.keys() ?? [])];
  }

  began(item: wire.TypingNow): void {
    const people = this.now.get(item.conv) ?? new Map<string, Cancel>();
    this.now.set(item.conv, people);
    people.get(item.person)?.();
    const fresh = !people.has(item.person);
    const seconds = item.for_s ?? 6;
    people.set(
      item.person,
      this.clock.after(seconds * 1000, () => this.ended(item.conv, item.person)),
    );
    if (fresh) this.changed.emit(item.conv);
  }

  /** Somebody stopped, for instance because their message came. */
  ended(conv: string, person: string): void {
    const people = this.now.get(conv);
    const cancel = people?.get(person);
    if (people === undefined || cancel === undefined) return;
    cancel();
    people.delete(person);
    this.changed.emit(conv);
  }
}
