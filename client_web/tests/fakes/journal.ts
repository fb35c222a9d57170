/** The record as the fake server keeps it, and what each person may read of it. */
import { complained } from "../../src/session/complaints";
import { groupBegun, grouped } from "../../src/session/group";
import { isPersonal, noted, type PersonalEvent } from "../../src/session/marks";
import { isRow } from "../../src/session/rows";
import type * as wire from "../../src/wire/types.gen";

type NoNumbers<E> = E extends wire.AnyEvent ? Omit<E, "conv_seq" | "at" | "msg_no"> : never;
export type Draft = NoNumbers<wire.AnyEvent>;

interface Span {
  from: number;
  to: number;
}

export interface Stream {
  readonly id: string;
  readonly kind: "direct" | "group";
  title: string | undefined;
  seq: number;
  msgNo: number;
  readonly members: Map<string, wire.Member>;
  readonly spans: Map<string, Span[]>;
  readonly events: wire.AnyEvent[];
}

const changing = (event: wire.AnyEvent) => ("target" in event ? event : undefined);
type Change = NonNullable<ReturnType<typeof changing>>;

/** What was added under a key, in order. */
class Index<T> {
  private readonly found = new Map<string, T[]>();

  add(key: string, one: T): void {
    const others = this.found.get(key);
    if (others === undefined) this.found.set(key, [one]);
    else others.push(one);
  }

  of(key: string): readonly T[] {
    return this.found.get(key) ?? [];
  }
}

/** Of somebody's own stream. */
const OWN = new Set(["conversation.marked", "message.starred", "quiet_hours.set"]);

export class Journal {
  /** In archive order. */
  readonly all: wire.AnyEvent[] = [];
  readonly streams = new Map<string, Stream>();
  private readonly byId = new Map<string, wire.AnyEvent>();
  /** By a conversation and the event that they change. */
  private readonly later = new Index<Change>();
  /** By somebody's own stream and the conversation that they note something of. */
  private readonly own = new Index<PersonalEvent>();
  private readonly outside: (person: string) => boolean;

  constructor(outside: (person: string) => boolean) {
    this.outside = outside;
  }

  append(draft: Draft, at: string): wire.AnyEvent {
    if (OWN.has(draft.type)) {
      const event = { ...draft, conv_seq: this.all.length + 1, at } as wire.AnyEvent;
      this.keep(event);
      if (isPersonal(event)) this.own.add(`${event.conv} ${event.conversation}`, event);
      return event;
    }
    const stream = this.streams.get(draft.conv) ?? this.begin(draft);
    const counts = draft.type === "message.sent";
    const event = {
      ...draft,
      conv_seq: ++stream.seq,
      at,
      ...(counts ? { msg_no: ++stream.msgNo } : {}),
    } as wire.AnyEvent;
    stream.events.push(event);
    this.keep(event);
    if ("target" in event) this.later.add(`${event.conv} ${event.target}`, event);
    this.project(stream, event);
    return event;
  }

  sees(person: string, event: wire.AnyEvent): boolean {
    if (OWN.has(event.type)) return event.conv === `personal:${person}`;
    const spans = this.streams.get(event.conv)?.spans.get(person) ?? [];
    return spans.some(({ from, to }) => from <= event.conv_seq && event.conv_seq <= to);
  }

  find(eventId: string): wire.AnyEvent | undefined {
    return this.byId.get(eventId);
  }

  /** Whom from outside a conversation shows, to somebody of the firm; nobody, to others. */
  outsideIn(conv: string, person: string): readonly string[] {
    const stream = this.streams.get(conv);
    if (stream === undefined || this.outside(person)) return [];
    return [...stream.members.keys()].filter((each) => this.outside(each)).sort();
  }

  /** A row as history shows it now: of a text that came after somebody left, only that it came. */
  current(event: wire.AnyEvent, person: string): wire.AnyEvent {
    if (event.type !== "message.sent") return event;
    let row: wire.MessageSent = this.hidden(event, person);
    const reactions = new Map<string, string[]>();
    for (const change of this.changesOf(event)) {
      const seen = this.sees(person, change);
      if (change.type === "message.edited" && row.removed_at === undefined) {
        const { text: _text, ...rest } = row;
        const text = seen && change.text !== undefined ? { text: change.text } : {};
        row = { ...rest, ...text, edited_at: change.at };
      } else if (change.type === "message.removed" && row.removed_at === undefined) {
        const { text: _text, files: _files, ...rest } = row;
        row = { ...rest, removed_at: change.at };
      } else if (change.type === "reaction.changed" && seen) {
        const { emoji = "", on, actor } = change;
        const people = (reactions.get(emoji) ?? []).filter((who) => who !== actor);
        reactions.set(emoji, on ? [...people, actor] : people);
      }
    }
    const notes = this.notes(person, event.conv);
    const star = notes.findLast((note) => "target" in note && note.target === event.event_id);
    if (star?.on) row = { ...row, starred: true };
    if (row.files !== undefined && this.playedAt(event, person)) row = { ...row, played: true };
    const shown = [...reactions].filter(([, people]) => people.length > 0);
    if (shown.length === 0) return row;
    return { ...row, reactions: shown.map(([emoji, people]) => ({ emoji, people })) };
  }

  /** When somebody played the voice note of a message. */
  playedAt({ conv, msg_no }: wire.MessageSent, person: string): string | undefined {
    return this.streams
      .get(conv)
      ?.events.find(
        (event) =>
          event.type === "positions" &&
          event.changes.some((one) => one.person === person && one.played?.includes(msg_no)),
      )?.at;
  }

  /** An event as a replay brings it: no text that was edited or removed since. */
  replayed(event: wire.AnyEvent, person: string): wire.AnyEvent {
    if (event.type === "message.sent") {
      const { text, ...row } = this.current(event, person) as wire.MessageSent;
      const { reactions: _reactions, starred: _starred, played: _played, ...rest } = row;
      const original = row.edited_at === undefined && row.removed_at === undefined;
      return original && text !== undefined ? { ...rest, text } : rest;
    }
    if (event.type === "message.edited") {
      const target = event.target === undefined ? undefined : this.find(event.target);
      const later = target === undefined ? [] : this.changesOf(target);
      const last = later.findLast((change) => change.type !== "reaction.changed");
      if (last === event) return event;
      const { text: _text, ...rest } = event;
      return rest;
    }
    return event;
  }

  timeline(
    conv: string,
    person: string,
    page: { before?: number; after?: number; around?: number; limit: number },
  ): wire.Timeline {
    const stream = this.streams.get(conv);
    const rows = (stream?.events ?? []).filter((event) => isRow(event) && this.sees(person, event));
    let from = Math.max(0, rows.length - page.limit);
    let to = rows.length;
    const at = (seq: number) => rows.filter(({ conv_seq }) => conv_seq < seq).length;
    if (page.before !== undefined) {
      to = at(page.before);
      from = Math.max(0, to - page.limit);
    } else if (page.after !== undefined) {
      from = at(page.after + 1);
      to = Math.min(rows.length, from + page.limit);
    } else if (page.around !== undefined) {
      from = Math.max(0, at(page.around) - Math.floor(page.limit / 2));
      to = Math.min(rows.length, from + page.limit);
    }
    return {
      events: rows.slice(from, to).map((event) => this.current(event, person)),
      more_before: from > 0,
      more_after: to < rows.length,
    };
  }

  conversation(stream: Stream, person: string): wire.Conversation {
    const left = !stream.members.has(person);
    const visible = stream.events.filter((event) => this.sees(person, event));
    const newest = visible.findLast((event) => isRow(event));
    const read = stream.members.get(person)?.read ?? 0;
    const last = left ? visible.filter(({ type }) => type === "message.sent").length : stream.msgNo;
    const own = visible.filter(
      (event) => event.type === "message.sent" && event.actor === person && event.msg_no > read,
    ).length;
    const members = [...stream.members.values()].map((member) => ({ ...member }));
    const shown: wire.Conversation = {
      id: stream.id,
      kind: stream.kind,
      members,
      outside: members.some((member) => this.outside(member.person)),
      last_seq: visible.at(-1)?.conv_seq ?? 0,
      last_msg_no: last,
      read,
      unread: left ? 0 : Math.max(0, last - read - own),
      left,
      ...(stream.title === undefined ? {} : { title: stream.title }),
      ...groupIn(stream.events, visible.at(-1)?.conv_seq ?? 0),
      ...this.relationOf(stream),
      ...complaintsIn(visible),
      ...(newest === undefined ? {} : { preview: this.preview(newest, person) }),
    };
    return this.notes(person, stream.id).reduce(noted, shown);
  }

  /** Two a page. */
  stars(person: string, before: number | undefined): wire.Starred {
    const stars = new Map<string, wire.MessageStarred>();
    for (const note of this.all) {
      if (note.type !== "message.starred" || note.actor !== person) continue;
      stars.delete(note.target);
      if (note.on) stars.set(note.target, note);
    }
    const below = [...stars.values()]
      .reverse()
      .filter(({ conv_seq }) => before === undefined || conv_seq < before);
    const page = below.slice(0, 2);
    const hits = page.flatMap(({ target }) => {
      const found = this.find(target);
      const row = found && this.current(found, person);
      if (row?.type !== "message.sent" || row.text === undefined) return [];
      const { event_id, conv, conv_seq, actor, at, text } = row;
      return [{ event_id, conv, conv_seq, actor, at, text, marks: [] }];
    });
    const next = page.at(-1)?.conv_seq;
    return { hits, ...(below.length > 2 && next !== undefined ? { next } : {}) };
  }

  /** The last that somebody set. */
  quietHours(person: string): { quiet_hours?: wire.QuietHours } {
    const set = this.all.findLast(
      (event) => event.type === "quiet_hours.set" && event.actor === person,
    );
    if (set?.type !== "quiet_hours.set") return {};
    const { zone, starts, ends, weekends } = set;
    if (zone === undefined || starts === undefined || ends === undefined) return {};
    return { quiet_hours: { zone, starts, ends, ...(weekends && { weekends }) } };
  }

  private notes(person: string, conv: string): readonly PersonalEvent[] {
    return this.own.of(`personal:${person} ${conv}`);
  }

  /** A direct conversation with a client is a relationship of its other member. */
  private relationOf({ kind, members }: Stream): Pick<wire.Conversation, "relationship"> {
    const people = [...members.keys()];
    const client = people.find((person) => this.outside(person));
    const owner = people.find((person) => !this.outside(person));
    if (kind !== "direct" || client === undefined || owner === undefined) return {};
    return { relationship: { client, owner, delegates: [] } };
  }

  private preview(newest: wire.AnyEvent, person: string): wire.Preview {
    const { event_id, conv_seq, type, actor, at } = newest;
    const row = this.current(newest, person);
    const text = row.type === "message.sent" ? row.text : undefined;
    return { event_id, conv_seq, type, actor, at, ...(text === undefined ? {} : { text }) };
  }

  /** The quote's text goes with the message it quotes, or where that is out of sight. */
  private hidden(event: wire.MessageSent, person: string): wire.MessageSent {
    const quoted = event.reply_to && this.find(event.reply_to.event_id);
    if (event.reply_to === undefined || quoted === undefined) return event;
    const gone = this.changesOf(quoted).some((change) => change.type === "message.removed");
    if (!gone && this.sees(person, quoted)) return event;
    const { text: _text, ...quote } = event.reply_to;
    return { ...event, reply_to: quote };
  }

  private changesOf(event: wire.AnyEvent): readonly Change[] {
    return this.later.of(`${event.conv} ${event.event_id}`);
  }

  private keep(event: wire.AnyEvent): void {
    this.all.push(event);
    if (!this.byId.has(event.event_id)) this.byId.set(event.event_id, event);
  }

  private begin(draft: Draft): Stream {
    if (draft.type !== "conversation.created") throw new Error(`no conversation ${draft.conv}`);
    const stream: Stream = {
      id: draft.conv,
      kind: draft.kind,
      title: draft.title,
      seq: 0,
      msgNo: 0,
      members: new Map(),
      spans: new Map(),
      events: [],
    };
    this.streams.set(stream.id, stream);
    return stream;
  }

  private project(stream: Stream, event: wire.AnyEvent): void {
    switch (event.type) {
      case "conversation.created":
        for (const person of event.members) this.join(stream, person, event, 0);
        break;
      case "member.added":
        this.join(stream, event.person, event, stream.msgNo);
        break;
      case "member.removed":
        this.leave(stream, event.person, event.conv_seq);
        break;
      case "member.left":
        this.leave(stream, event.actor, event.conv_seq);
        break;
      case "conversation.handed_over":
        this.leave(stream, event.former, event.conv_seq);
        this.join(stream, event.successor, event, stream.msgNo);
        break;
      case "delegate.added":
        if (event.active) this.join(stream, event.person, event, stream.msgNo);
        break;
      case "delegate.ended":
        this.leave(stream, event.person, event.conv_seq);
        break;
      case "title.changed":
        stream.title = event.title;
        break;
      case "positions":
        for (const change of event.changes) this.advance(stream, change);
        break;
      default:
    }
  }

  private join(stream: Stream, person: string, event: wire.AnyEvent, read: number): void {
    const joined = { joined_at: event.at, joined_seq: event.conv_seq };
    stream.members.set(person, { person, read, delivered: read, ...joined });
    const spans = stream.spans.get(person) ?? [];
    stream.spans.set(person, [...spans, { from: event.conv_seq, to: Number.MAX_SAFE_INTEGER }]);
  }

  private leave(stream: Stream, person: string, seq: number): void {
    stream.members.delete(person);
    const span = stream.spans.get(person)?.at(-1);
    if (span !== undefined) span.to = seq;
  }

  private advance(stream: Stream, change: wire.WirePosition): void {
    const member = stream.members.get(change.person);
    if (member === undefined) return;
    member.read = Math.max(member.read, change.read ?? 0);
    member.delivered = Math.max(member.delivered, change.delivered ?? 0, member.read);
  }
}

function complaintsIn(events: readonly wire.AnyEvent[]): { complaints?: wire.Complaint[] } {
  let complaints: wire.Complaint[] | undefined;
  for (const event of events) {
    if (event.type === "complaint.filed" || event.type === "complaint.closed") {
      complaints = complained(complaints, event);
    }
  }
  return complaints === undefined ? {} : { complaints };
}

/** What is decided about a group up to a number: whoever came late is told as well. */
function groupIn(events: readonly wire.AnyEvent[], last: number): { group?: wire.GroupShown } {
  const [first, ...rest] = events.filter(({ conv_seq }) => conv_seq <= last);
  if (first?.type !== "conversation.created") return {};
  const group = rest.reduce(grouped, groupBegun(first).group);
  return group === undefined ? {} : { group };
}
