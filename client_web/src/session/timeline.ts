/**
 * One conversation's loaded rows: a window without holes into what this person may see.
 *
 * Pages and events may come in any order. Two rules make that safe: an event is published before it
 * is sent, so a page holds every event that came before it was asked for; and the events that come
 * while a page is on its way are applied again after it. All changes are idempotent.
 */
import type * as wire from "../wire/types.gen";
import type { Row } from "./rows";
import * as rows from "./rows";
import { Signal } from "./signal";
import type { KeptTimeline } from "./snapshot";

/** The memory bound: rows beyond it are dropped at the far end and loaded again when needed. */
export const MOST_ROWS = 10_000;

/** A page that was asked for; "newest" and "around" take the place of the rows that are there. */
export interface Request {
  readonly kind: "newest" | "before" | "after" | "around";
  /** Events that came since. */
  readonly since: wire.AnyEvent[];
  /** The window it belongs to; a page for an older one is not used. */
  readonly window: number;
}

export class Timeline {
  readonly changed = new Signal();
  readonly conv: string;
  private readonly me: string;
  private list: readonly Row[] = [];
  private byId = new Map<string, Row>();
  private before = true;
  private after = true;
  private window = 0;
  private readonly requests = new Set<Request>();

  constructor(conv: string, me: string, kept?: KeptTimeline) {
    this.conv = conv;
    this.me = me;
    if (kept === undefined) return;
    this.replace(kept.rows);
    this.before = kept.moreBefore;
    this.after = false;
  }

  /** By conv_seq, ascending; the same array until it changes. */
  get rows(): readonly Row[] {
    return this.list;
  }

  get moreBefore(): boolean {
    return this.before;
  }

  /** True: the newest rows are not in the window, and what comes live is not appended. */
  get moreAfter(): boolean {
    return this.after;
  }

  get(eventId: string): Row | undefined {
    return this.byId.get(eventId);
  }

  /** Begins a page; `merge` or `abandon` ends it. One that replaces the window makes earlier ones void. */
  begin(kind: Request["kind"]): Request {
    if (kind === "newest" || kind === "around") this.window += 1;
    const request: Request = { kind, since: [], window: this.window };
    this.requests.add(request);
    return request;
  }

  abandon(request: Request): void {
    this.requests.delete(request);
  }

  /** Takes in a page; false: the window was replaced meanwhile, the page is of no use. */
  merge(request: Request, page: wire.Timeline): boolean {
    this.requests.delete(request);
    if (request.window !== this.window) return false;
    const fresh = page.events.filter(rows.isRow).map(rows.settled);
    if (request.kind === "before") {
      this.replace([...fresh, ...this.list]);
      this.before = page.more_before;
    } else if (request.kind === "after") {
      this.replace([...this.list, ...fresh]);
      this.after = page.more_after;
    } else this.renew(fresh, page);
    for (const event of request.since) this.change(event);
    this.trim(request.kind === "before" ? "end" : "start");
    this.changed.emit();
    return true;
  }

  /** Takes in an event of this conversation, live or replayed. */
  apply(event: wire.AnyEvent): void {
    for (const request of this.requests) request.since.push(event);
    if (!this.change(event)) return;
    this.trim("start");
    this.changed.emit();
  }

  /** Forgets everything: what may be seen has changed, or events were missed. */
  reset(): void {
    this.renew([], { events: [], more_before: true, more_after: true });
    this.changed.emit();
  }

  /** Keeps only the newest rows, when nobody looks; nothing happens while there are but `spare` more. */
  shrink(most: number, spare = 0): void {
    if (this.after || this.requests.size > 0 || this.list.length <= most + spare) return;
    this.replace(this.list.slice(-most));
    this.before = true;
    this.changed.emit();
  }

  /** The newest rows, to keep on the device; undefined: the window does not reach to them. */
  kept(most: number): KeptTimeline | undefined {
    if (this.after || this.list.length === 0) return undefined;
    const cut = this.list.length > most;
    return {
      conv: this.conv,
      rows: this.list.slice(-most),
      moreBefore: this.before || cut,
    };
  }

  private renew(fresh: readonly Row[], page: wire.Timeline): void {
    this.window += 1;
    this.replace(fresh);
    this.before = page.more_before;
    this.after = page.more_after;
  }

  private change(event: wire.AnyEvent): boolean {
    if (rows.isRow(event)) return this.add(event);
    switch (event.type) {
      case "message.edited":
        return this.update(event.target, (row) => rows.edited(row, event));
      case "message.removed":
        return this.remove(event);
      case "reaction.changed":
        return this.react(event);
      case "message.starred":
        return this.update(event.target, (row) => rows.starred(row, event));
      case "positions":
        return this.play(event);
      default:
        return false;
    }
  }

  private add(event: Row): boolean {
    const known = this.byId.get(event.event_id);
    if (known !== undefined) {
      if (known.type !== "message.sent" || event.type !== "message.sent") return false;
      return this.put(known, rows.filled(known, event));
    }
    if (this.after || this.isBeforeWindow(event)) return false;
    const row = rows.settled(event);
    const at = this.placeOf(row);
    this.list = at === this.list.length ? [...this.list, row] : this.list.toSpliced(at, 0, row);
    this.byId.set(row.event_id, row);
    return true;
  }

  /** An old row (of a replay) belongs to the part that was not loaded. */
  private isBeforeWindow(event: Row): boolean {
    const first = this.list[0];
    return this.before && (first === undefined || event.conv_seq < first.conv_seq);
  }

  private placeOf(row: Row): number {
    let at = this.list.length;
    while (at > 0 && (this.list[at - 1]?.conv_seq ?? 0) > row.conv_seq) at -= 1;
    return at;
  }

  private update(id: string | undefined, change: (row: wire.MessageSent) => Row): boolean {
    const known = id === undefined ? undefined : this.byId.get(id);
    return known?.type === "message.sent" && this.put(known, change(known));
  }

  private play({ changes }: wire.Positions): boolean {
    const numbers = changes.flatMap(({ person, played }) => (person === this.me && played) || []);
    if (numbers.length === 0) return false;
    let changed = false;
    for (const row of this.list) {
      if (row.type === "message.sent")
        changed = this.put(row, rows.played(row, numbers)) || changed;
    }
    return changed;
  }

  private react({ target, emoji, on, actor }: wire.ReactionChanged): boolean {
    if (emoji === undefined) return false;
    return this.update(target, (row) => rows.reacted(row, { emoji, on: on ?? false, actor }));
  }

  private remove(event: wire.MessageRemoved): boolean {
    let changed = this.update(event.target, (row) => rows.removed(row, event));
    for (const row of this.list) {
      if (row.type === "message.sent" && row.reply_to?.event_id === event.target) {
        changed = this.put(row, rows.withoutQuotedText(row)) || changed;
      }
    }
    return changed;
  }

  private put(known: Row, row: Row): boolean {
    if (known === row) return false;
    this.byId.set(row.event_id, row);
    this.list = this.list.with(this.list.indexOf(known), row);
    return true;
  }

  /** Takes rows that may overlap or be out of order; of two copies the later one stays. */
  private replace(fresh: readonly Row[]): void {
    this.byId = new Map(fresh.map((row) => [row.event_id, row]));
    this.list = [...this.byId.values()].sort((a, b) => a.conv_seq - b.conv_seq);
  }

  private trim(end: "start" | "end"): void {
    if (this.list.length <= MOST_ROWS) return;
    if (end === "start") {
      this.replace(this.list.slice(-MOST_ROWS));
      this.before = true;
    } else {
      this.replace(this.list.slice(0, MOST_ROWS));
      this.after = true;
    }
  }
}
