/**
 * Makes the rows of a timeline: day separators, runs, the unread divider, ticks, echoes.
 *
 * It runs again on each change over all loaded rows, up to 10,000; so a row whose ingredients are
 * the same stays the same object, and views that compare objects do not draw it again.
 */
import { byTarget } from "../session/complaints";
import type { Conversation } from "../session/conversation";
import type { OutboxItem } from "../session/outbox";
import type { Row } from "../session/rows";
import type { Complaint, MessageSent } from "../wire/types.gen";
import type { ComplaintCategory } from "./complaints";
import { refusalOf } from "./context";
import { type TickOf, tickOfItem, ticks } from "./conversation_item";
import type { Tick } from "./conversation_list";
import { mentionViews } from "./mentions";
import { echoedFiles, filesOf, isUploading } from "./message_files";
import { namedIn, noticeRow, peopleIn, wordsOf } from "./notice_rows";
import type { Nudge } from "./nudge";
import { type Overlaid, type Overlay, overlaid, sameOverlay, sorted } from "./overlay";
import type { PersonView } from "./people";
import type { PeopleBook } from "./people_book";
import { forwardView } from "./sent_on";
import type { Signs } from "./signs";
import { textGist } from "./text_gist";
import type { MessageRow, NoticeRow, QuoteView, TimelineRow } from "./timeline";

const RUN_MS = 5 * 60_000;

/** Where the unread divider stands: before the first message of others above a number. */
export interface Divider {
  readonly above: number;
  readonly count: number;
}

export interface Ingredients {
  readonly rows: readonly Row[];
  /** Nothing that is not loaded lies between the rows and the unsent messages. */
  readonly atEnd: boolean;
  readonly outbox: readonly OutboxItem[];
  readonly conversation: Conversation | undefined;
  readonly divider: Divider | undefined;
  /** Messages before this moment (milliseconds since 1970) can't be edited any more. */
  readonly editableFrom: number;
  readonly mayComplain: boolean;
  /** What a complaint can be about. */
  readonly categories: readonly ComplaintCategory[];
  /** There is somewhere to send messages on to. */
  readonly mayForward: boolean;
  /** Nothing can be written here: nothing is answered or edited either. */
  readonly closed: boolean;
  /** Undefined: it is not said, or not known, which messages suggest another channel. */
  readonly signs: (Pick<Signs, "in"> & { readonly nudge: Nudge }) | undefined;
}

/** A row in the making: the record's, or an unsent message in the same form. */
interface Entry {
  readonly row: Row;
  readonly item: OutboxItem | undefined;
  readonly overlay: Overlay | undefined;
}

interface Neighbour {
  readonly time: number;
  readonly day: string;
  /** The author of a message that can be in a run; undefined: a notice ends every run. */
  readonly author: string | undefined;
}

interface Facts {
  readonly flags: number;
  readonly nudge: Nudge | undefined;
  readonly complaint: Complaint | undefined;
}

interface Made extends Facts {
  readonly entry: Entry;
  readonly author: PersonView;
  readonly tick: Tick;
  /** What the quote and the reactions were made of. */
  readonly people: readonly PersonView[];
  readonly row: MessageRow;
}

export class TimelineRows {
  private readonly book: PeopleBook;
  private readonly me: string;
  /** The local day of a moment, such as "2026-11-24". */
  private readonly dayOf: (time: number) => string;
  private readonly neighbours = new WeakMap<Row, Neighbour>();
  private readonly echoes = new WeakMap<OutboxItem, MessageSent>();
  private readonly signs = new WeakMap<Row, boolean>();
  private readonly notices = new WeakMap<Row, NoticeRow>();
  private readonly days = new Map<string, TimelineRow>();
  private dividerRow: { readonly divider: Divider; readonly row: TimelineRow } | undefined;
  private made = new Map<string, Made>();

  constructor(book: PeopleBook, me: string, dayOf: (time: number) => string) {
    this.book = book;
    this.me = me;
    this.dayOf = dayOf;
  }

  /** To a client a complaint is the one way: they report nothing beside it. */
  private get ofClient(): 0 | 256 {
    return this.book.me.kind === "client" ? 256 : 0;
  }

  make(ingredients: Ingredients): readonly TimelineRow[] {
    const entries = this.entries(ingredients).filter(({ row }) => !this.book.awaits(peopleIn(row)));
    const tickOf = ticks(ingredients.conversation, this.me);
    const rows: TimelineRow[] = [];
    const made = new Map<string, Made>();
    let { divider } = ingredients;
    const nudged = this.nudged(entries, ingredients);
    const complained = byTarget(ingredients.conversation?.complaints);
    for (const [index, entry] of entries.entries()) {
      const [before, here] = [entries[index - 1], this.neighbour(entry.row)];
      if (before === undefined || this.neighbour(before.row).day !== here.day) {
        rows.push(this.day(here.day, entry.row.at));
      }
      if (divider !== undefined && this.isUnread(entry.row, divider)) {
        rows.push(this.unread(divider));
        divider = undefined;
      }
      if (entry.row.type !== "message.sent") rows.push(this.notice(entry.row, ingredients));
      else {
        const flags =
          (this.joins(before, entry) ? 0 : 1) |
          (this.joins(entry, entries[index + 1]) ? 0 : 2) |
          (this.actions(entry, here.time, ingredients) << 2) |
          (this.mayComplain(entry, ingredients) ? 32 + this.ofClient : 0) |
          (ingredients.mayForward ? 64 : 0) |
          (ingredients.closed ? 128 : 0);
        const nudge = entry.row === nudged ? ingredients.signs?.nudge : undefined;
        const complaint = complained.get(entry.row.event_id);
        rows.push(this.message(entry, entry.row, { tickOf, flags, nudge, complaint }, made));
      }
    }
    this.made = made;
    return rows;
  }

  /** Rows of the record and unsent messages: those with numbers at their place, the others last. */
  private entries({ rows, atEnd, outbox }: Ingredients): readonly Entry[] {
    const { sends, overlays } = sorted(outbox);
    const entries = rows.map((row) => ({
      row,
      item: undefined,
      overlay: overlays.get(row.event_id),
    }));
    if (!atEnd || sends.length === 0) return entries;
    const known = new Set(rows.slice(-1_000).map((row) => row.event_id));
    const echoes = sends
      .filter(({ entry }) => !known.has(entry.eventId))
      .map((item) => ({
        row: this.echo(item, rows),
        item,
        overlay: overlays.get(item.entry.eventId),
      }));
    return [...entries, ...echoes].sort((a, b) => a.row.conv_seq - b.row.conv_seq);
  }

  /** An unsent message in the record's form. */
  private echo(item: OutboxItem, rows: readonly Row[]): MessageSent {
    const known = this.echoes.get(item);
    if (known !== undefined) return known;
    const { entry, recorded } = item;
    const { command } = entry;
    const [text, target] =
      command.t === "send" ? [command.text ?? "", command.reply_to] : ["", undefined];
    const quoted = rows.find((row) => row.event_id === target);
    const made: MessageSent = {
      type: "message.sent",
      event_id: entry.eventId,
      conv: entry.conv,
      conv_seq: recorded?.conv_seq ?? Number.MAX_SAFE_INTEGER,
      actor: this.me,
      at: recorded?.at ?? entry.at,
      msg_no: recorded?.msg_no ?? Number.MAX_SAFE_INTEGER,
      text: entry.sentOn?.text ?? text,
      ...(entry.sentOn && { forward: entry.sentOn.forward }),
      ...(command.t === "send" && command.mentions && { mentions: command.mentions }),
      ...echoedFiles(item),
      ...(quoted === undefined ? {} : { reply_to: quoteOf(quoted) }),
    };
    this.echoes.set(item, made);
    return made;
  }

  private message(
    entry: Entry,
    row: MessageSent,
    { tickOf, ...facts }: Facts & { readonly tickOf: TickOf },
    made: Map<string, Made>,
  ): MessageRow {
    const author = this.book.view(row.actor);
    const tick = this.tick(entry, row, tickOf);
    const known = this.made.get(row.event_id);
    const same =
      known !== undefined &&
      sameEntry(known.entry, entry) &&
      known.author === author &&
      known.tick === tick &&
      known.flags === facts.flags &&
      known.nudge === facts.nudge &&
      known.complaint === facts.complaint &&
      known.people.every((person) => person === this.book.view(person.id));
    const kept = same ? known : this.makeMessage(entry, row, { author, tick, ...facts });
    made.set(row.event_id, kept);
    return kept.row;
  }

  private makeMessage(
    entry: Entry,
    source: MessageSent,
    facts: Facts & { readonly author: PersonView; readonly tick: Tick },
  ): Made {
    const { author, tick, flags, nudge, complaint } = facts;
    const shown = overlaid(source, entry.overlay, this.me);
    const quote = shown.removed ? undefined : this.quote(source);
    const mentions = mentionViews(shown.text ?? "", shown.mentions, (id) => this.book.view(id));
    const forward = shown.removed ? undefined : forwardView(source, this.book);
    const reactions = shown.reactions.map(({ emoji, people }) => ({
      emoji,
      people: people.map((id) => this.book.view(id)),
      mine: people.includes(this.me),
    }));
    const row: MessageRow = {
      kind: "message",
      key: source.event_id,
      eventId: source.event_id,
      author,
      mine: author.me,
      at: source.at,
      text: shown.text,
      mentions,
      removed: shown.removed,
      files: shown.removed ? [] : filesOf(source, entry.item, author.me),
      uploading: isUploading(entry.item),
      editedAt: editedAt(source, shown, entry),
      quote,
      broadcast: source.broadcast === undefined ? undefined : true,
      forward,
      reactions,
      starred: shown.starred || undefined,
      tick,
      trouble: entry.item && refusalOf(entry.item.entry),
      heldUntil: entry.item?.entry.heldUntil,
      changing: shown.changing,
      changeTrouble: shown.changeTrouble,
      nudge,
      complaint,
      runStart: (flags & 1) !== 0,
      runEnd: (flags & 2) !== 0,
      can: {
        reply: (flags & 4) !== 0 && (flags & 128) === 0,
        react: (flags & 4) !== 0,
        edit: (flags & 8) !== 0,
        remove: (flags & 16) !== 0,
        info: entry.item === undefined,
        complain: (flags & 32) !== 0,
        forward: (flags & 4) !== 0 && (flags & 64) !== 0,
        report: !author.me && entry.item === undefined && (flags & 256) === 0,
        star: entry.item === undefined && !shown.removed,
      },
    };
    const called = mentions?.map(({ person }) => person) ?? [];
    const reacting = reactions.flatMap((each) => each.people);
    const people = [quote?.author, forward?.author, ...called, ...reacting];
    return { entry, ...facts, people: people.filter((each) => each !== undefined), row };
  }

  private tick({ item }: Entry, row: MessageSent, tickOf: TickOf): Tick {
    if (item !== undefined) return tickOfItem(item);
    return row.actor === this.me ? tickOf(row) : "recorded";
  }

  private quote({ reply_to }: MessageSent): QuoteView | undefined {
    if (reply_to === undefined) return undefined;
    const { event_id: eventId, actor, text } = reply_to;
    if (actor === undefined) return { eventId };
    return { eventId, author: this.book.view(actor), text: text && textGist(text) };
  }

  /** Bits: 1 reply and react, 2 edit, 4 remove. */
  private actions({ row, item, overlay }: Entry, time: number, of: Ingredients): number {
    if (row.type !== "message.sent" || item !== undefined || (of.conversation?.left ?? true))
      return 0;
    const shown = overlay === undefined ? undefined : overlaid(row, overlay, this.me);
    if (row.removed_at !== undefined || shown?.removed) return 0;
    if (row.actor !== this.me) return 1;
    if (row.forward !== undefined) return 1 | 4;
    return time >= of.editableFrom && !of.closed ? 1 | 2 | 4 : 1 | 4;
  }

  /** Of what is on the record, removed or not, and not marked yet. */
  private mayComplain({ row, item }: Entry, of: Ingredients): boolean {
    return (
      of.mayComplain &&
      item === undefined &&
      !of.conversation?.complaints?.some(
        ({ target, state }) => target === row.event_id && state === "open",
      )
    );
  }

  /** Under which message it is said: the newest that suggests it, unless one has written since. */
  private nudged(entries: readonly Entry[], of: Ingredients): Row | undefined {
    const { signs } = of;
    if (signs === undefined || !of.atEnd || (of.conversation?.left ?? true)) return undefined;
    for (let at = entries.length - 1; at >= 0; at -= 1) {
      const row = entries[at]?.row;
      if (row?.type !== "message.sent") continue;
      if (row.actor === this.me) return undefined;
      if (this.suggests(row, signs)) return row;
    }
    return undefined;
  }

  private suggests(row: MessageSent, signs: Pick<Signs, "in">): boolean {
    let found = this.signs.get(row);
    if (found === undefined) {
      found = row.text !== undefined && signs.in(row.text);
      this.signs.set(row, found);
    }
    return found;
  }

  private unread(divider: Divider): TimelineRow {
    if (this.dividerRow?.divider !== divider) {
      this.dividerRow = { divider, row: { kind: "unread", key: "unread", count: divider.count } };
    }
    return this.dividerRow.row;
  }

  private isUnread(row: Row, divider: Divider): boolean {
    return row.type === "message.sent" && row.msg_no > divider.above && row.actor !== this.me;
  }

  /** Whether two rows belong to one run. */
  private joins(first: Entry | undefined, second: Entry | undefined): boolean {
    if (first === undefined || second === undefined) return false;
    const [one, two] = [this.neighbour(first.row), this.neighbour(second.row)];
    return (
      one.author !== undefined &&
      one.author === two.author &&
      one.day === two.day &&
      two.time - one.time <= RUN_MS
    );
  }

  private neighbour(row: Row): Neighbour {
    const known = this.neighbours.get(row);
    if (known !== undefined) return known;
    const author = row.type === "message.sent" ? row.actor : undefined;
    const made = { time: Date.parse(row.at), day: this.dayOf(Date.parse(row.at)), author };
    this.neighbours.set(row, made);
    return made;
  }

  private day(day: string, at: string): TimelineRow {
    const known = this.days.get(day);
    if (known?.kind === "day" && known.at === at) return known;
    const made: TimelineRow = { kind: "day", key: `day ${day}`, at };
    this.days.set(day, made);
    return made;
  }

  private notice(row: Exclude<Row, MessageSent>, { categories }: Ingredients): NoticeRow {
    const actor = this.book.view(row.actor);
    const [personId, formerId] = namedIn(row);
    const person = personId === undefined ? undefined : this.book.view(personId);
    const former = formerId === undefined ? undefined : this.book.view(formerId);
    const words = wordsOf(row, categories);
    const known = this.notices.get(row);
    const same = known?.actor === actor && known.person === person && known.former === former;
    if (same && known.complaint?.words === words) return known;
    const made = noticeRow(row, { actor, person, former, words });
    this.notices.set(row, made);
    return made;
  }
}

function sameEntry(a: Entry, b: Entry): boolean {
  return a.row === b.row && a.item === b.item && sameOverlay(a.overlay, b.overlay);
}

function editedAt(row: MessageSent, shown: Overlaid, { overlay }: Entry): string | undefined {
  if (shown.removed) return undefined;
  if (shown.changing !== "edit") return row.edited_at;
  return overlay?.changes.at(-1)?.entry.at ?? row.edited_at;
}

/** A row as a reply quotes it. */
function quoteOf(row: Row): NonNullable<MessageSent["reply_to"]> {
  const { event_id, conv_seq, actor } = row;
  const text = row.type === "message.sent" ? row.text : undefined;
  return { event_id, conv_seq, actor, ...(text === undefined ? {} : { text }) };
}
