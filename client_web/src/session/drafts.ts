/** What was begun and not sent, by conversation; kept on the device while it is typed. */
import { inTime } from "./in_time";
import type { OutboxNews } from "./outbox_options";
import type { Cancel, Channel, Clock, Store } from "./ports";
import { Signal } from "./signal";

/** Also while somebody types without a pause: what is not kept is lost when a page just goes. */
const KEEP_AFTER_MS = 250;

export class Drafts {
  /** With the conversation. */
  readonly changed = new Signal<string>();
  private readonly clock: Clock;
  private readonly store: Pick<Store, "drafts" | "putDraft">;
  private readonly channel: Channel<OutboxNews>;
  private listening: Cancel | undefined;
  private readonly texts = new Map<string, string>();
  private readonly unkept = new Map<string, Cancel>();
  /** By conversation, when what its draft became is kept on the device. */
  private readonly became = new Map<string, Promise<unknown>>();

  constructor(
    clock: Clock,
    store: Pick<Store, "drafts" | "putDraft">,
    channel: Channel<OutboxNews>,
  ) {
    this.channel = channel;
    this.clock = clock;
    this.store = store;
  }

  /** Reads what an earlier visit left, and waits for it as long as the device is in time. */
  async start(): Promise<void> {
    this.listening = this.channel.subscribe((news) => this.hear(news));
    await inTime(this.clock, this.read());
  }

  get(conv: string): string {
    return this.texts.get(conv) ?? "";
  }

  /** `until`: the draft went into a message, and lies on the device until that does. */
  set(conv: string, text: string, until?: Promise<unknown>): void {
    if (this.get(conv) === text) return;
    const became = until?.catch(() => undefined);
    if (became !== undefined) this.became.set(conv, became);
    this.texts.set(conv, text);
    if (!this.unkept.has(conv)) {
      this.unkept.set(
        conv,
        this.clock.after(KEEP_AFTER_MS, () => void this.keep(conv)),
      );
    }
    this.changed.emit(conv);
  }

  stop(): void {
    this.listening?.();
  }

  /** Something is begun and not sent. */
  get some(): boolean {
    return [...this.texts.values()].some((text) => text !== "");
  }

  /** Keeps everything now: the page may go away. */
  async flush(): Promise<void> {
    await Promise.all([...this.unkept.keys()].map((conv) => this.keep(conv)));
  }

  private async keep(conv: string): Promise<void> {
    this.unkept.get(conv)?.();
    this.unkept.delete(conv);
    this.channel.post({ k: "draft", conv, text: this.get(conv) });
    await this.became.get(conv);
    await this.store.putDraft(conv, this.get(conv));
  }

  /** What comes late does not take the place of what was written meanwhile. */
  private async read(): Promise<void> {
    for (const [conv, text] of await this.store.drafts()) {
      if (!this.texts.has(conv)) this.texts.set(conv, text);
      this.changed.emit(conv);
    }
  }

  /** Another tab wrote on, or sent it: the same draft is in all of them. */
  private hear(news: OutboxNews): void {
    if (news.k !== "draft" || this.unkept.has(news.conv)) return;
    this.texts.set(news.conv, news.text);
    this.changed.emit(news.conv);
  }
}
