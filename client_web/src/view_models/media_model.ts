/** Looks through a conversation's history, page by page, for files and links. */
import { failureOf } from "../session/failures";
import { isRow, settled } from "../session/rows";
import type { MessageSent } from "../wire/types.gen";
import { addressesIn } from "./addresses";
import { type Context, troubleOf } from "./context";
import type { MediaFile, MediaKind, MediaLink, MediaModel, MediaState } from "./media";
import { filesOf } from "./message_files";
import { Observed } from "./observable";
import type { Trouble } from "./people";

const PAGE = 200;
/** How many pages are looked through before the person is asked whether to go on. */
const MOST_PAGES = 5;

export class SessionMedia implements MediaModel {
  readonly state: Observed<MediaState>;
  private readonly context: Context;
  private readonly conv: string;
  private messages: readonly MessageSent[] = [];
  private before: number | undefined;
  private more = true;
  private since: string | undefined;
  private kind: MediaKind = "media";
  private loading = false;
  private trouble: Trouble | undefined;

  constructor(context: Context, conv: string) {
    this.context = context;
    this.conv = conv;
    this.state = new Observed(this.compute());
    this.further();
  }

  show(kind: MediaKind): void {
    this.kind = kind;
    this.state.set(this.compute());
    if (this.count() === 0) this.further();
  }

  further(): void {
    if (!this.loading && this.more) void this.look();
  }

  private async look(): Promise<void> {
    this.loading = true;
    this.trouble = undefined;
    this.state.set(this.compute());
    const known = this.count();
    try {
      for (let pages = 0; pages < MOST_PAGES && this.more && this.count() === known; pages += 1) {
        await this.page();
      }
    } catch (error) {
      this.trouble = troubleOf(failureOf(error));
    }
    this.loading = false;
    this.state.set(this.compute());
  }

  private async page(): Promise<void> {
    const from = this.before === undefined ? {} : { before: this.before };
    const page = await this.context.session.api.timeline(this.conv, { ...from, limit: PAGE });
    const rows = page.events.filter(isRow).map(settled);
    const sent = rows.filter((row) => row.type === "message.sent");
    this.messages = [...this.messages, ...sent.toReversed()];
    this.before = rows[0]?.conv_seq ?? this.before;
    this.since = rows[0]?.at ?? this.since;
    this.more = page.more_before && rows.length > 0;
  }

  private count(): number {
    const { files, links } = this.compute();
    return this.kind === "links" ? links.length : files.length;
  }

  private compute(): MediaState {
    const { kind, loading, more, since, trouble } = this;
    return { kind, loading, more, since, trouble, files: this.files(), links: this.links() };
  }

  private files(): readonly MediaFile[] {
    if (this.kind === "links") return [];
    return this.messages.flatMap((row) =>
      filesOf(row, undefined, true)
        .filter((file) => (file.kind === "document") === (this.kind === "documents"))
        .map((file) => ({ ...this.item(row), file })),
    );
  }

  private links(): readonly MediaLink[] {
    if (this.kind !== "links") return [];
    return this.messages.flatMap((row) =>
      addressesIn(row.text ?? "").map(({ address }) => ({ ...this.item(row), address })),
    );
  }

  private item({ event_id, actor, at }: MessageSent) {
    return { eventId: event_id, author: this.context.book.view(actor), at };
  }
}
