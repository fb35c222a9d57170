/**
 * In which conversations files of this person have gone to a client: they are asked before the
 * first. What was refused, or taken back, has not gone.
 */
import type { AnyEvent } from "../wire/types.gen";
import type { Outbox } from "./outbox";
import type { Store } from "./ports";

export class Crossings {
  private readonly known = new Set<string>();
  private readonly store: Pick<Store, "agreed" | "agree">;
  private readonly outbox: Pick<Outbox, "in">;

  constructor(store: Pick<Store, "agreed" | "agree">, outbox: Pick<Outbox, "in">) {
    this.store = store;
    this.outbox = outbox;
  }

  /** Reads what this device knows of a conversation. */
  async fetch(conv: string): Promise<void> {
    if (await this.store.agreed(conv)) this.known.add(conv);
  }

  /** Whether files have gone there, or are on their way with the person's word. */
  has(conv: string): boolean {
    return (
      this.known.has(conv) ||
      this.outbox.in(conv).some(({ entry }) => entry.crosses && entry.refusal === undefined)
    );
  }

  /** To be told before the outbox forgets what an event was made of. */
  arrived(event: AnyEvent): void {
    if (event.type !== "message.sent" || event.files === undefined) return;
    const { conv } = event;
    const from = this.outbox.in(conv).find(({ entry }) => entry.eventId === event.event_id);
    if (from?.entry.crosses !== true) return;
    this.known.add(conv);
    void this.store.agree(conv);
  }
}
