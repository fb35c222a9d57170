/** Messages that are searched for while somebody types: everywhere, or in one conversation. */
import { failureOf } from "../session/failures";
import type { Cancel } from "../session/ports";
import type * as wire from "../wire/types.gen";
import { type Context, troubleOf } from "./context";
import type { Trouble } from "./people";

const PAUSE_MS = 250;

export interface MessageSearchOptions {
  /** In this conversation only. */
  readonly conv?: string;
  /** How many are found at most; absent: as many as the server likes. */
  readonly most?: number;
  readonly changed: () => void;
}

export class MessageSearch {
  query = "";
  found: readonly wire.Hit[] = [];
  searching = false;
  /** It stopped before everything was read. */
  cut = false;
  trouble: Trouble | undefined;
  private readonly context: Context;
  private readonly options: MessageSearchOptions;
  private readonly stop: Cancel;
  private pause: Cancel | undefined;
  private serial = 0;

  constructor(context: Context, options: MessageSearchOptions) {
    this.context = context;
    this.options = options;
    const { timelines } = context.session;
    this.stop = timelines.reworded.subscribe((eventId) => this.outdated(eventId));
  }

  /** Asks when the person pauses. "" ends the search. */
  search(query: string): void {
    this.query = query;
    this.serial += 1;
    this.pause?.();
    this.found = [];
    this.cut = false;
    this.trouble = undefined;
    this.searching = query.trim() !== "";
    if (this.searching) {
      const { serial } = this;
      this.pause = this.context.session.clock.after(PAUSE_MS, () => void this.ask(serial));
    }
    this.options.changed();
  }

  hit(eventId: string): wire.Hit | undefined {
    return this.found.find(({ event_id }) => event_id === eventId);
  }

  close(): void {
    this.serial += 1;
    this.pause?.();
    this.stop();
  }

  /** A found message does not say any more what it said: it goes, and comes back if it still fits. */
  private outdated(eventId: string): void {
    if (this.hit(eventId) === undefined) return;
    this.found = this.found.filter(({ event_id }) => event_id !== eventId);
    this.options.changed();
    void this.ask(this.serial);
  }

  private async ask(serial: number): Promise<void> {
    const { conv, most } = this.options;
    try {
      const { hits, cut } = await this.context.session.api.search(this.query.trim(), conv, most);
      if (serial === this.serial) {
        this.found = hits;
        this.cut = cut ?? false;
      }
    } catch (error) {
      const failure = failureOf(error);
      if (serial === this.serial) this.trouble = troubleOf(failure);
    }
    if (serial !== this.serial) return;
    this.searching = false;
    this.options.changed();
  }
}
