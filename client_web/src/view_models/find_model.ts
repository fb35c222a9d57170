/** Searches the open conversation, and has its timeline show what was found. */
import type * as wire from "../wire/types.gen";
import type { Context } from "./context";
import type { HitView } from "./conversation_list";
import { Derived } from "./derived";
import type { FindModel, FindState } from "./find";
import { MessageSearch } from "./message_search";
import type { TimelineModel } from "./timeline";

/** As many as the server gives at once. */
const MOST = 200;

export interface FindOptions {
  readonly conv: string;
  readonly timeline: TimelineModel;
  readonly hitView: (hit: wire.Hit) => HitView;
}

export class SessionFind implements FindModel {
  readonly state: Derived<FindState>;
  private readonly options: FindOptions;
  private readonly messages: MessageSearch;
  private shown: string | undefined;
  /** Steps that were wanted before anything was found. */
  private wanted: (1 | -1)[] = [];

  constructor(context: Context, options: FindOptions) {
    this.options = options;
    const changed = () => this.changed();
    this.messages = new MessageSearch(context, { conv: options.conv, most: MOST, changed });
    this.state = new Derived(() => this.compute(), context.soon);
  }

  search(query: string): void {
    this.forget();
    this.messages.search(query);
  }

  show(eventId: string): void {
    const hit = this.messages.hit(eventId);
    if (hit === undefined) return;
    this.shown = eventId;
    this.options.timeline.goTo(eventId, { number: hit.conv_seq, marks: hit.marks });
    this.state.update();
  }

  step(by: 1 | -1): void {
    const { found, searching } = this.messages;
    if (searching) {
      this.wanted.push(by);
      return;
    }
    const at = this.at();
    const next = at === undefined ? 0 : (at + by + found.length) % found.length;
    const hit = found[next];
    if (hit !== undefined) this.show(hit.event_id);
  }

  close(): void {
    this.forget();
    this.messages.close();
  }

  /** A message that was reworded is not marked where its words were. */
  private changed(): void {
    if (this.shown !== undefined && this.at() === undefined) this.forget();
    if (!this.messages.searching) for (const by of this.wanted.splice(0)) this.step(by);
    this.state.update();
  }

  private forget(): void {
    this.wanted = [];
    this.shown = undefined;
    this.options.timeline.unmark();
  }

  private at(): number | undefined {
    const at = this.messages.found.findIndex(({ event_id }) => event_id === this.shown);
    return at < 0 ? undefined : at;
  }

  private compute(): FindState {
    const { query, found, searching, cut, trouble } = this.messages;
    return {
      query,
      hits: found.map(this.options.hitView),
      at: this.at(),
      searching,
      more: cut || found.length === MOST,
      cut,
      trouble,
    };
  }
}
