/** Loads a timeline page by page: one request at a time, each failure kept until the next try. */
import { failureOf, type Refused, type Unreachable } from "./failures";
import type { Api, Page } from "./ports";
import { Signal } from "./signal";
import type { Request, Timeline } from "./timeline";

const ROWS = 100;

export type Loading = "first" | "before" | "after" | "none";

/** What a page is asked for. */
interface Asked {
  readonly loading: Exclude<Loading, "none">;
  readonly kind: Request["kind"];
  readonly place: Omit<Page, "limit">;
}

export class Paging {
  readonly changed = new Signal();
  readonly timeline: Timeline;
  private readonly api: Pick<Api, "timeline">;
  /** The last that was asked for. */
  private asked: Asked | undefined;
  private waiting = false;
  private problem: Refused | Unreachable | undefined;

  constructor(timeline: Timeline, api: Pick<Api, "timeline">) {
    this.timeline = timeline;
    this.api = api;
  }

  get loading(): Loading {
    return this.waiting && this.asked !== undefined ? this.asked.loading : "none";
  }

  get failure(): Refused | Unreachable | undefined {
    return this.problem;
  }

  /** Makes sure that there is a window at all. */
  async ensure(): Promise<void> {
    if (this.timeline.rows.length === 0 && this.timeline.moreAfter) await this.newest();
  }

  /** Replaces the window by the newest rows. */
  async newest(): Promise<void> {
    await this.load({ loading: "first", kind: "newest", place: {} });
  }

  /** The rows were forgotten: what is on its way in their place comes, else the newest. */
  async renew(): Promise<void> {
    if (this.loading !== "first") await this.newest();
  }

  /** Replaces the window by the rows around a number. */
  async around(conv_seq: number): Promise<void> {
    await this.load({ loading: "first", kind: "around", place: { around: conv_seq } });
  }

  async before(): Promise<void> {
    const first = this.timeline.rows[0];
    if (first === undefined || !this.timeline.moreBefore || this.waiting) return;
    await this.load({ loading: "before", kind: "before", place: { before: first.conv_seq } });
  }

  async after(): Promise<void> {
    const last = this.timeline.rows.at(-1);
    if (last === undefined || !this.timeline.moreAfter || this.waiting) return;
    await this.load({ loading: "after", kind: "after", place: { after: last.conv_seq } });
  }

  /** Asks once more for the page that failed. */
  async again(): Promise<void> {
    if (this.problem !== undefined && this.asked !== undefined) await this.load(this.asked);
  }

  private async load(asked: Asked): Promise<void> {
    this.asked = asked;
    const request = this.timeline.begin(asked.kind);
    this.become(true, undefined);
    try {
      const page = await this.api.timeline(this.timeline.conv, { ...asked.place, limit: ROWS });
      const last = this.asked === asked;
      if (last) this.become(false, undefined);
      // The rows were forgotten while it was on its way: it is asked for again.
      if (!this.timeline.merge(request, page) && last && asked.loading === "first") {
        await this.load(asked);
      }
    } catch (error) {
      this.timeline.abandon(request);
      if (this.asked === asked) this.become(false, failureOf(error));
    }
  }

  private become(waiting: boolean, problem: Refused | Unreachable | undefined): void {
    this.waiting = waiting;
    this.problem = problem;
    this.changed.emit();
  }
}
