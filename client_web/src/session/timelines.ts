/** The timelines in memory: those kept on the device and those that were opened, the last used 30. */
import type { AnyEvent } from "../wire/types.gen";
import type { PersonalEvent } from "./marks";
import { Paging } from "./paging";
import type { Api } from "./ports";
import { Signal } from "./signal";
import type { KeptTimeline } from "./snapshot";
import { Timeline } from "./timeline";

const MOST_TIMELINES = 30;
/** Rows of a conversation that nobody looks at. */
const ROWS_IN_MEMORY = 100;
/** So many more before they are dropped: not one at each event. */
const ROWS_TO_SPARE = 50;
const ROWS_KEPT = 60;

export class Timelines {
  /** Something changed that is kept on the device. */
  readonly changed = new Signal();
  /** With a message whose text was edited or removed. */
  readonly reworded = new Signal<string>();
  private readonly api: Pick<Api, "timeline">;
  private readonly me: string;
  /** By conversation, the last used last. */
  private readonly pagings = new Map<string, Paging>();
  private open: string | undefined;

  constructor(api: Pick<Api, "timeline">, me: string) {
    this.api = api;
    this.me = me;
  }

  load(kept: readonly KeptTimeline[]): void {
    for (const each of kept) {
      if (!this.pagings.has(each.conv)) this.put(new Timeline(each.conv, this.me, each));
    }
  }

  /** The timeline of a conversation that is looked at from now on. */
  use(conv: string): Paging {
    const known = this.pagings.get(conv);
    if (this.open !== undefined && this.open !== conv) {
      this.pagings.get(this.open)?.timeline.shrink(ROWS_IN_MEMORY);
    }
    this.open = conv;
    if (known === undefined) return this.put(new Timeline(conv, this.me));
    this.pagings.delete(conv);
    this.pagings.set(conv, known);
    return known;
  }

  apply(event: AnyEvent): void {
    const timeline = this.pagings.get(event.conv)?.timeline;
    timeline?.apply(event);
    if (event.conv !== this.open) timeline?.shrink(ROWS_IN_MEMORY, ROWS_TO_SPARE);
    if (event.type !== "message.edited" && event.type !== "message.removed") return;
    if (event.target !== undefined) this.reworded.emit(event.target);
  }

  /** Takes in an event of this person's own stream. */
  note(event: PersonalEvent): void {
    this.pagings.get(event.conversation)?.timeline.apply(event);
  }

  /** The server is there again: asks once more for the page that is looked at, if that failed. */
  again(): void {
    if (this.open !== undefined) void this.pagings.get(this.open)?.again();
  }

  /** Events were missed: forgets all rows, and loads those that are looked at. */
  reset(): void {
    for (const paging of this.pagings.values()) paging.timeline.reset();
    if (this.open !== undefined) void this.pagings.get(this.open)?.renew();
  }

  /** What may be seen of a conversation has changed. */
  resetOne(conv: string): void {
    const paging = this.pagings.get(conv);
    paging?.timeline.reset();
    if (this.open === conv) void paging?.renew();
  }

  /** What to keep on the device, of the conversations that events keep current. */
  kept(isCurrent: (conv: string) => boolean): readonly KeptTimeline[] {
    return [...this.pagings.values()]
      .filter(({ timeline }) => isCurrent(timeline.conv))
      .flatMap(({ timeline }) => timeline.kept(ROWS_KEPT) ?? []);
  }

  private put(timeline: Timeline): Paging {
    const paging = new Paging(timeline, this.api);
    timeline.changed.subscribe(() => this.changed.emit());
    this.pagings.set(timeline.conv, paging);
    for (const oldest of this.pagings.keys()) {
      if (this.pagings.size <= MOST_TIMELINES) break;
      if (oldest !== this.open) this.pagings.delete(oldest);
    }
    return paging;
  }
}
