/** What was begun and not sent, by conversation; kept on the device while it is typed. */
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

  constructor(
    clock: Clock,
    store: Pick<Store, "drafts" | "putDraft">,
    channel: Channel<OutboxNews>,
  ) {
    this.channel = channel;
    this.clock = clock;
    this.store = store;
  }

  async start(): Promise<void> {
    this.listening = this.channel.subscribe((news) => this.hear(news));
    for (const [conv, text] of await this.store.drafts()) {
      if (!this.texts.has(conv)) this.texts.set(conv, text);
      this.changed.emit(conv);
    }
  }

  get(conv: string): string {
    return this.texts.get(conv) ?? "";
  }

  set(conv: string, text: string): void {
    if (this.get(conv) === text) return;
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
    const text = this.get(conv);
    this.channel.post({ k: "draft", conv, text });
    await this.store.putDraft(conv, text);
  }

  /** Another tab wrote on, or sent it: the same draft is in all of them. */
  private hear(news: OutboxNews): void {
    if (news.k !== "draft" || this.unkept.has(news.conv)) return;
    this.texts.set(news.conv, news.text);
    this.changed.emit(news.conv);
  }
}
