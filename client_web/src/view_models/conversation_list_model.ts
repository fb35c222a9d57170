/** The list of conversations, newest first, and its search. */
import type { Conversation } from "../session/conversation";
import type { Cancel } from "../session/ports";
import type * as wire from "../wire/types.gen";
import type { Context } from "./context";
import { conversationItem } from "./conversation_item";
import type {
  ConversationItem,
  ConversationListModel,
  ConversationListState,
  HitView,
  Named,
} from "./conversation_list";
import { Derived } from "./derived";
import { gistOf } from "./files";
import { MessageSearch } from "./message_search";
import { conversationRank, personRank, ranked } from "./ranking";

/** A timer takes no more than 24 days. */
const LONGEST_WAIT_MS = 24 * 3_600_000;

export class SessionConversationList implements ConversationListModel {
  readonly state: Derived<ConversationListState>;
  private readonly context: Context;
  private readonly items = new Map<string, ConversationItem>();
  private readonly messages: MessageSearch;
  private aside = false;
  /** When the next muting is over. */
  private ending: Cancel | undefined;

  constructor(context: Context) {
    this.context = context;
    this.messages = new MessageSearch(context, { changed: () => this.state.update() });
    this.state = new Derived(() => this.compute(), context.soon);
    const { session } = context;
    const { roster, outbox, typing, drafts, positions, attendance } = session;
    const changed = (id: string | undefined) => this.changed(id);
    roster.changed.subscribe(changed);
    attendance.changed.subscribe(changed);
    session.scheduled.changed.subscribe(changed);
    session.draftFiles.changed.subscribe(({ conv }) => changed(conv));
    for (const part of [outbox, typing, drafts, positions]) part.changed.subscribe(changed);
  }

  search(query: string): void {
    this.messages.search(query);
  }

  showAside(aside: boolean): void {
    this.aside = aside;
    this.state.update();
  }

  /** A found message as the list shows it. */
  readonly hitView = (hit: wire.Hit): HitView => {
    const { event_id, conv, actor, at, text, files, marks } = hit;
    const item = this.item(conv);
    return {
      eventId: event_id,
      conversation: conv,
      conversationName: item?.name ?? "",
      outside: item?.outside ?? false,
      author: this.context.book.view(actor),
      at,
      text,
      files: gistOf(files),
      marks,
    };
  };

  /** What a name finds, the best first; without one the conversations, the newest first. */
  readonly find = (query: string): readonly Named[] => {
    const all = this.all().sort(newestFirst);
    const blank = query.trim() === "";
    const items = blank ? all.filter((item) => !isAside(item)) : all;
    const people = blank ? [] : this.strangers(all, query);
    const named: Named[] = [
      ...items.map((item) => ({ kind: "conversation", item }) as const),
      ...people.map((person) => ({ kind: "person", person }) as const),
    ];
    return ranked(named, (each) =>
      each.kind === "person" ? personRank(query, each.person) : conversationRank(query, each.item),
    );
  };

  /** One conversation as the list shows it; the same object until it changes. */
  item(id: string): ConversationItem | undefined {
    const conversation = this.context.session.roster.conversations.get(id);
    return conversation && this.itemOf(conversation);
  }

  /** Where a found message stands, for a jump to it. */
  hit(eventId: string): wire.Hit | undefined {
    return this.messages.hit(eventId);
  }

  private changed(id: string | undefined): void {
    if (id === undefined) this.items.clear();
    else this.items.delete(id);
    this.state.touch();
  }

  private itemOf(conversation: Conversation): ConversationItem {
    const known = this.items.get(conversation.id);
    if (known !== undefined) return known;
    const item = conversationItem(this.context, conversation);
    this.items.set(conversation.id, item);
    return item;
  }

  private all(): ConversationItem[] {
    const { roster } = this.context.session;
    return [...roster.conversations.values()].map((each) => this.itemOf(each));
  }

  private compute(): ConversationListState {
    const { roster } = this.context.session;
    const all = this.all();
    const { query, found, searching, cut, trouble } = this.messages;
    const archived = all.filter(isAside);
    this.aside &&= archived.length > 0;
    const shown = this.aside ? archived : all.filter((item) => !isAside(item));
    const blank = query.trim() === "";
    const named = blank ? [] : this.find(query);
    const items = shown.sort(this.aside ? newestFirst : pinnedFirst);
    this.wake(all);
    return {
      loading: roster.loaded ? "none" : "first",
      query,
      items: blank
        ? items
        : named.flatMap((each) => (each.kind === "conversation" ? [each.item] : [])),
      people: named.flatMap((each) => (each.kind === "person" ? [each.person] : [])),
      best: named[0],
      hits: found.map(this.hitView),
      searching,
      cut,
      trouble,
      unread: all.filter(calls).length,
      aside: this.aside,
      archived: { count: archived.length, unread: archived.filter(isNew).length },
    };
  }

  /** A muting ends while nothing else happens. */
  private wake(all: readonly ConversationItem[]): void {
    const { clock } = this.context.session;
    const ends = all.flatMap(({ mutedUntil }) => (mutedUntil ? [Date.parse(mutedUntil)] : []));
    this.ending?.();
    if (ends.length === 0) return;
    const wait = Math.min(LONGEST_WAIT_MS, Math.max(1, Math.min(...ends) - clock.now()));
    this.ending = clock.after(wait, () => this.changed(undefined));
  }

  /** Whom this person could write to and has not yet. */
  private strangers(all: readonly ConversationItem[], query: string) {
    const { book, session } = this.context;
    if (session.me.person.kind === "client") return [];
    const direct = all.filter(({ kind }) => kind === "direct");
    const known = new Set(direct.flatMap(({ others }) => others.slice(0, 1).map(({ id }) => id)));
    return book.find(query).filter(({ id }) => !known.has(id));
  }
}

const isAside = ({ archived }: ConversationItem): boolean => archived ?? false;
const isNew = ({ unread, marked }: ConversationItem): boolean => unread > 0 || (marked ?? false);
const isQuiet = (item: ConversationItem): boolean => isAside(item) || item.mutedUntil !== undefined;
/** There is something new that its level lets through. */
const calls = (item: ConversationItem): boolean =>
  isNew(item) && (!isQuiet(item) || (item.mentionsOnly === true && item.mentioned === true));

function pinnedFirst(a: ConversationItem, b: ConversationItem): number {
  const [one, two] = [a.pinned ?? Number.POSITIVE_INFINITY, b.pinned ?? Number.POSITIVE_INFINITY];
  return one === two ? newestFirst(a, b) : one - two;
}

function newestFirst(a: ConversationItem, b: ConversationItem): number {
  const [one, two] = [a.at ?? "", b.at ?? ""];
  if (one !== two) return one < two ? 1 : -1;
  return a.id < b.id ? -1 : 1;
}
