/**
 * To whom from outside the firm files of this person have gone, by conversation: they are asked
 * before the first that somebody gets. What was refused, or taken back, has not gone.
 */
import type { AnyEvent } from "../wire/types.gen";
import type { Outbox } from "./outbox";
import type { OutboxEntry } from "./outbox_entry";
import type { Store } from "./ports";
import { Signal } from "./signal";

/** The server's word that a file or a forward would reach people whom its sender did not name. */
export const NOT_CONFIRMED = "crossing_not_confirmed";

export class Crossings {
  /** Of what was refused something is to be asked again, or no longer. */
  readonly changed = new Signal();
  private readonly known = new Map<string, Set<string>>();
  /** Refused ones that the person does not want to be asked about for now. */
  private readonly later = new Set<string>();
  private readonly store: Pick<Store, "agreed" | "agree">;
  private readonly outbox: Pick<Outbox, "in" | "retry">;

  constructor(store: Pick<Store, "agreed" | "agree">, outbox: Pick<Outbox, "in" | "retry">) {
    this.store = store;
    this.outbox = outbox;
  }

  /** Reads what this device knows of a conversation. */
  async fetch(conv: string): Promise<void> {
    this.learn(conv, await this.store.agreed(conv));
  }

  /** Whether files have gone to all of these there, or are on their way with the person's word. */
  has(conv: string, people: readonly string[]): boolean {
    const going = this.outbox
      .in(conv)
      .flatMap(({ entry }) => (entry.refusal === undefined ? namedBy(entry) : []));
    const met = new Set([...(this.known.get(conv) ?? []), ...going]);
    return people.length > 0 && people.every((person) => met.has(person));
  }

  /** To be told before the outbox forgets what an event was made of. */
  arrived(event: AnyEvent): void {
    if (event.type !== "message.sent" || event.files === undefined) return;
    const { conv } = event;
    const from = this.outbox.in(conv).find(({ entry }) => entry.eventId === event.event_id);
    const people = from === undefined ? [] : namedBy(from.entry);
    if (people.length === 0) return;
    void this.store.agree(conv, this.learn(conv, people));
  }

  /** The first of a conversation that the server sent back, so that the person is asked. */
  refused(conv: string): OutboxEntry | undefined {
    const items = this.outbox.in(conv).map(({ entry }) => entry);
    return items.find(({ id, refusal }) => refusal?.code === NOT_CONFIRMED && !this.later.has(id));
  }

  /** The person said yes to all whom the server named, and perhaps others. */
  confirm({ id }: OutboxEntry, people: readonly string[]): void {
    this.later.delete(id);
    void this.outbox.retry(id, { outside: people });
  }

  /** The person said no, for now. */
  putOff({ id }: OutboxEntry): void {
    this.later.add(id);
    this.changed.emit();
  }

  /** They want to be asked again. */
  askAgain({ id }: OutboxEntry): void {
    this.later.delete(id);
    this.changed.emit();
  }

  /** Returns all whom files have gone to there, these too from now on. */
  private learn(conv: string, people: readonly string[]): readonly string[] {
    const all = new Set([...(this.known.get(conv) ?? []), ...people]);
    this.known.set(conv, all);
    return [...all];
  }
}

/** Whom the sender of files named; forwards are asked about each time. */
function namedBy({ command, files }: OutboxEntry): readonly string[] {
  if (command.t !== "send" || (command.files ?? files) === undefined) return [];
  return command.outside ?? [];
}
