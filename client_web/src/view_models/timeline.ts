/** The rows of one conversation. A row's key is its event_id, before and after it is on the record. */
import type { NoticeEvent } from "../session/rows";
import type { ComplaintCategory } from "./complaints";
import type { Tick } from "./conversation_list";
import type { FileView } from "./files";
import type { MentionView } from "./mentions";
import type { Nudge } from "./nudge";
import type { Observable } from "./observable";
import type { PersonView, Trouble } from "./people";

export interface DayRow {
  readonly kind: "day";
  readonly key: string;
  /** RFC 3339 of the day's first row; the separator and the floating date show its local day. */
  readonly at: string;
}

export interface UnreadRow {
  readonly kind: "unread";
  readonly key: "unread";
  readonly count: number;
}

export interface QuoteView {
  readonly eventId: string;
  /** Absent: from before one joined, so nothing of it is shown. */
  readonly author?: PersonView | undefined;
  /** Absent: removed from view. */
  readonly text?: string | undefined;
}

export interface ForwardView {
  /** When it was written. */
  readonly at: string;
  /** Absent: not everybody here may know who wrote it. */
  readonly author?: PersonView | undefined;
}

export interface ReactionView {
  readonly emoji: string;
  readonly people: readonly PersonView[];
  readonly mine: boolean;
}

export interface MessageRow {
  readonly kind: "message";
  readonly key: string;
  readonly eventId: string;
  readonly author: PersonView;
  readonly mine: boolean;
  readonly at: string;
  /** Absent: removed from view, or (for a moment, while catching up) not known yet. */
  readonly text?: string | undefined;
  /** Whom the text calls. */
  readonly mentions?: readonly MentionView[] | undefined;
  readonly removed: boolean;
  readonly files: readonly FileView[];
  /** Its files are on their way to the server; it can be called off by `discard`. */
  readonly uploading: boolean;
  readonly editedAt?: string | undefined;
  readonly quote?: QuoteView | undefined;
  /** Sent to several people, each in a conversation of their own. */
  readonly broadcast?: true | undefined;
  /** It was sent on from somewhere. */
  readonly forward?: ForwardView | undefined;
  readonly reactions: readonly ReactionView[];
  /** By oneself. */
  readonly starred?: boolean | undefined;
  /** Of an own message; others' are `recorded`. */
  readonly tick: Tick;
  /** With tick `failed`: why, and the row offers `retry` and `discard`. */
  readonly trouble?: Trouble | undefined;
  /** It is not sent before this moment (milliseconds since 1970), and can be taken back. */
  readonly heldUntil?: number | undefined;
  /** An edit or a removal of this row is on its way (its new text shows already). */
  readonly changing?: "edit" | "remove" | undefined;
  /** An edit or removal was refused; the row shows what is on the record. */
  readonly changeTrouble?: Trouble | undefined;
  /** The newest that suggests going on elsewhere; somebody else wrote it, and one has not answered. */
  readonly nudge?: Nudge | undefined;
  /** It was marked as a complaint; the newest one, if several times. */
  readonly complaint?: ComplaintMark | undefined;
  /** First of a run: name and avatar. A run is one author's, no two rows more than 5 minutes apart. */
  readonly runStart: boolean;
  readonly runEnd: boolean;
  readonly can: MessageActions;
}

/** How a message that was complained of is marked. */
export interface ComplaintMark {
  readonly reference: string;
  readonly due: string;
  readonly state: "open" | "answered" | "withdrawn";
}

export interface MessageActions {
  readonly reply: boolean;
  readonly react: boolean;
  readonly edit: boolean;
  readonly remove: boolean;
  readonly info: boolean;
  readonly complain: boolean;
  readonly forward: boolean;
  readonly report: boolean;
  readonly star: boolean;
}

/** Membership, titles, accepted recording notices, and the beginning of the conversation. */
export interface NoticeRow {
  readonly kind: "notice";
  readonly key: string;
  readonly type: NoticeEvent["type"];
  readonly actor: PersonView;
  readonly at: string;
  /** Who was added, removed, or shown the history; who takes over, or stands in. */
  readonly person?: PersonView | undefined;
  /** History is shared from this time on; the notice had been accepted then. */
  readonly since?: string | undefined;
  readonly title?: string | undefined;
  /** What the new device is called. */
  readonly device?: string | undefined;
  /** How somebody was made sure of. */
  readonly how?: "in_person" | "voice" | "video" | undefined;
  /** Who answered for the client before. */
  readonly former?: PersonView | undefined;
  /** What whoever takes over or stands in gets to read. */
  readonly history?: "all" | "since" | "new" | undefined;
  /** From when, if not at once, and until when somebody stands in. */
  readonly starts?: string | undefined;
  readonly ends?: string | undefined;
  readonly complaint?: ComplaintFacts | undefined;
  /** What the service replied by itself; what a group is for. */
  readonly text?: string | undefined;
  /** Of a decision about a group: whether it is so from now on, or there is one from now on. */
  readonly on?: boolean | undefined;
  /** join_link.made: until when it lets people in. */
  readonly until?: string | undefined;
  /** member.added: they came in by a link. */
  readonly byLink?: boolean | undefined;
  /** member.left: a client, who ended the relationship. */
  readonly ended?: boolean | undefined;
}

/** What a line about a complaint says. */
export interface ComplaintFacts {
  readonly reference: string;
  /** complaint.filed: the firm's name for what it is about, and that in words. */
  readonly category?: string | undefined;
  readonly about?: string | undefined;
  /** The same by language, where it can still be chosen. */
  readonly words?: ComplaintCategory["words"] | undefined;
  /** The person's own words. */
  readonly reason?: string | undefined;
  readonly due?: string | undefined;
  /** The message that it is about; absent: the whole conversation, or one that is `unseen`. */
  readonly target?: string | undefined;
  readonly unseen?: boolean | undefined;
  /** complaint.closed */
  readonly outcome?: "answered" | "withdrawn" | undefined;
  readonly note?: string | undefined;
}

export type TimelineRow = DayRow | UnreadRow | MessageRow | NoticeRow;

/** Where the view should put itself; a new `serial` is a new wish. */
export interface Anchor {
  readonly serial: number;
  readonly key: string;
  /** jump: flash the row; unread: the divider near the top; place: as it was left. */
  readonly reason: "jump" | "unread" | "place";
  /** place: pixels from the row's top edge to the viewport's top edge. */
  readonly offset: number;
}

export type Marks = readonly (readonly [number, number])[];

/** A message that a search found: its conv_seq, and where the words are. */
export interface FoundThere {
  readonly number: number;
  readonly marks: Marks;
}

/** A message that was sent from here; `order` grows each time that it is sent. */
export interface Written {
  readonly key: string;
  readonly order: number;
}

export interface TimelineState {
  readonly rows: readonly TimelineRow[];
  readonly loading: "first" | "before" | "after" | "none";
  readonly moreBefore: boolean;
  /** False: the rows reach to the newest, and new ones are appended. */
  readonly moreAfter: boolean;
  /** Absent: land on the newest row. */
  readonly anchor?: Anchor | undefined;
  /** The last message that was written or sent again here: its row is brought into view when it comes. */
  readonly written?: Written | undefined;
  /** Messages that arrived after the newest row that was seen. */
  readonly unseen: number;
  readonly typing: readonly PersonView[];
  /** The message that was searched for, with [start, end) of the words found in its text. */
  readonly found?: { readonly key: string; readonly marks: Marks } | undefined;
  /** Paging or jumping failed; `again` tries once more. */
  readonly trouble?: Trouble | undefined;
}

export interface TimelineModel {
  readonly state: Observable<TimelineState>;
  /** Call when the first rows come near; does nothing while loading or when there is no more. */
  loadBefore(): void;
  loadAfter(): void;
  /** Once more what `trouble` tells of. */
  again(): void;
  /** Jumps to a row (a quote, a search hit), loading around it where needed; a found one is marked. */
  goTo(eventId: string, found?: FoundThere): void;
  /** Marks nothing any more. */
  unmark(): void;
  goToEnd(): void;
  /** The newest row now wholly in view; it is told to the others as read while the page has focus. */
  seen(key: string): void;
  /** Remembers the place for when the conversation is opened again; at the end: undefined. */
  leaveAt(place: { readonly key: string; readonly offset: number } | undefined): void;
  react(eventId: string, emoji: string, on: boolean): void;
  /** Keeps a message at hand, for oneself alone. */
  star(eventId: string, on: boolean): void;
  /** Its voice note is being played. */
  played(eventId: string): void;
  remove(eventId: string): void;
  /** Sends a failed message, edit or removal again. */
  /** `file`: less this one of its files. */
  retry(key: string, file?: string): void;
  /** Forgets a message, edit or removal that failed, or waits for its files; a toast offers the way back. */
  discard(key: string): void;
}
