/** Sends messages on through the outbox: one command a message and a conversation. */
import type { MessageSent } from "../wire/types.gen";
import { listed } from "./bidi";
import { closedBy } from "./composer_rules";
import type { Context } from "./context";
import { conversationItem, outsideIn, outsideNameIn } from "./conversation_item";
import type { ConversationItem } from "./conversation_list";
import { Derived } from "./derived";
import { gistOf } from "./files";
import type { Crossing, ForwardMessage, ForwardModel, ForwardState } from "./forward";
import { MOST_FORWARDED } from "./forward";
import { conversationRank, ranked } from "./ranking";

/** How many messages before and after the one it began with can go along. */
const AROUND = 10;

export class SessionForward implements ForwardModel {
  readonly state: Derived<ForwardState>;
  private readonly context: Context;
  private readonly source: string;
  private readonly rows: readonly MessageSent[];
  private messages: ReadonlySet<string>;
  private targets: readonly string[] = [];
  private query = "";
  /** The people outside whom the person is asked about, or was. */
  private asked: ReadonlySet<string> | undefined;

  /** `source`: the conversation that the message `eventId` is in. */
  constructor(context: Context, source: string, eventId: string) {
    this.context = context;
    this.source = source;
    this.rows = around(context, source, eventId);
    this.messages = new Set([eventId]);
    this.state = new Derived(() => this.compute(), context.soon);
  }

  search(query: string): void {
    this.query = query;
    this.state.update();
  }

  toggle(conversation: string): void {
    const without = this.targets.filter((id) => id !== conversation);
    const fresh = without.length === this.targets.length;
    if (fresh && this.targets.length >= MOST_FORWARDED) return;
    this.targets = fresh ? [...this.targets, conversation] : without;
    this.state.update();
  }

  toggleMessage(eventId: string): void {
    const chosen = new Set(this.messages);
    if (!chosen.delete(eventId)) chosen.add(eventId);
    if (chosen.size <= MOST_FORWARDED) this.messages = chosen;
    this.state.update();
  }

  send(): boolean {
    const { canSend, crossing } = this.compute();
    if (!canSend) return false;
    const { asked } = this;
    const outside = this.outside();
    if (crossing !== undefined && !(asked && outside.every((id) => asked.has(id)))) {
      this.asked = new Set(outside);
      this.state.update();
      return false;
    }
    for (const conv of this.targets) this.sendTo(conv);
    this.context.toasts.note("forwarded");
    return true;
  }

  back(): void {
    this.asked = undefined;
    this.state.update();
  }

  private sendTo(conv: string): void {
    for (const row of this.rows) {
      if (!this.messages.has(row.event_id)) continue;
      const { event_id: forward, text, files, at, actor } = row;
      const told = row.forward ?? { at, actor };
      const wish = { t: "send" as const, conv, text: "", forward, ...this.named(conv) };
      void this.context.session.outbox.add(wish, [], { sentOn: { text, files, forward: told } });
    }
  }

  /** Whom from outside the messages reach or come from, as is shown. */
  private outside(): readonly string[] {
    if (this.context.session.me.person.outside) return [];
    return [this.source, ...this.targets].flatMap((conv) => outsideIn(this.context, conv));
  }

  private named(conv: string): { outside?: string[] } {
    if (this.context.session.me.person.outside) return {};
    const people = [this.source, conv].flatMap((each) => outsideIn(this.context, each));
    return { outside: [...new Set(people)] };
  }

  private items(): readonly ConversationItem[] {
    const { roster } = this.context.session;
    return [...roster.conversations.values()]
      .map((each) => conversationItem(this.context, each))
      .filter((item) => item.id !== this.source && closedBy(item) === undefined)
      .sort((a, b) => ((a.at ?? "") < (b.at ?? "") ? 1 : -1));
  }

  private compute(): ForwardState {
    const items = this.items();
    const chosen = items.filter(({ id }) => this.targets.includes(id));
    const shown = ranked(items, (item) => conversationRank(this.query, item));
    const messages = this.rows.map((row) => this.message(row));
    const count = messages.filter((each) => each.chosen).length;
    return {
      messages,
      count,
      query: this.query,
      targets: shown.map((item) => ({ item, chosen: this.targets.includes(item.id) })),
      chosen,
      crossing: this.crossing(chosen),
      asking: this.asked !== undefined,
      canSend: chosen.length > 0 && count > 0,
    };
  }

  private message(row: MessageSent): ForwardMessage {
    const { event_id: eventId, actor, at, text = "", files } = row;
    const chosen = this.messages.has(eventId);
    return {
      eventId,
      author: this.context.book.view(actor),
      at,
      text,
      files: gistOf(files),
      chosen,
    };
  }

  /** Clients forward what is theirs; it is the firm's people who are asked. */
  private crossing(chosen: readonly ConversationItem[]): Crossing | undefined {
    if (this.context.session.me.person.outside) return undefined;
    const to = chosen.flatMap(({ outsideName }) => outsideName ?? []);
    const from = outsideNameIn(this.context, this.source);
    if (to.length === 0 && (from === undefined || chosen.length === 0)) return undefined;
    return { to: listed([...new Set(to)]), from: from ?? "" };
  }
}

/** Messages on the record that are seen, the named one among them, in their order. */
function around({ session }: Context, source: string, eventId: string): readonly MessageSent[] {
  const rows = session.timelines
    .use(source)
    .timeline.rows.filter((row) => row.type === "message.sent")
    .filter(({ removed_at, text, files }) => removed_at === undefined && (text || files));
  const at = rows.findIndex(({ event_id }) => event_id === eventId);
  return at < 0 ? [] : rows.slice(Math.max(0, at - AROUND), at + AROUND + 1);
}
