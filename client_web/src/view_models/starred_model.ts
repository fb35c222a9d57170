/** What this person starred, page by page; what they star or unstar meanwhile shows at once. */
import { failureOf } from "../session/failures";
import type { Cancel } from "../session/ports";
import type { Hit } from "../wire/types.gen";
import { type Context, troubleOf } from "./context";
import type { HitView } from "./conversation_list";
import { Derived } from "./derived";
import type { Trouble } from "./people";
import type { StarredModel, StarredState } from "./starred";

export class SessionStarred implements StarredModel {
  readonly state: Derived<StarredState>;
  private readonly context: Context;
  private readonly viewOf: (hit: Hit) => HitView;
  private found: readonly Hit[] = [];
  /** Where the next page begins; null: there is none. */
  private next: number | null | undefined;
  private loading = false;
  private trouble: Trouble | undefined;
  private readonly stop: Cancel;

  constructor(context: Context, viewOf: (hit: Hit) => HitView) {
    this.context = context;
    this.viewOf = viewOf;
    this.state = new Derived(() => this.compute(), context.soon);
    this.stop = context.session.outbox.changed.subscribe(this.state.touch);
    this.further();
  }

  further(): void {
    if (!this.loading && this.next !== null) void this.page();
  }

  unstar({ eventId: target, conversation: conv }: HitView): void {
    const { outbox } = this.context.session;
    void outbox.add({ t: "star", conv, target, on: false });
    this.found = this.found.filter(({ event_id }) => event_id !== target);
    this.context.toasts.note("unstarred", () => void outbox.add({ t: "star", conv, target }));
    this.state.update();
  }

  close(): void {
    this.stop();
  }

  private async page(): Promise<void> {
    this.loading = true;
    this.trouble = undefined;
    this.state.touch();
    try {
      const { hits, next } = await this.context.session.api.stars(this.next ?? undefined);
      this.found = [...this.found, ...hits];
      this.next = next ?? null;
    } catch (error) {
      this.trouble = troubleOf(failureOf(error));
    }
    this.loading = false;
    this.state.update();
  }

  private compute(): StarredState {
    const { loading, next, trouble } = this;
    return { loading, more: next !== null, trouble, hits: this.found.map(this.viewOf) };
  }
}
