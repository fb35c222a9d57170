/** Notes things for oneself: shown at once, with a way back where one may have slipped. */
import { isArchived, isMuted, UNNUMBERED, withMark } from "../session/marks";
import type { Session } from "../session/session";
import { wireTime } from "../session/times";
import type { MarkCommand, Marks } from "../wire/types.gen";
import type { Context } from "./context";

/** `hours`: of a muting that ends; `level`: what comes through it. */
export interface MarkWish {
  readonly mark: MarkCommand["mark"];
  readonly on: boolean;
  readonly hours?: number | undefined;
  readonly level?: MarkCommand["level"] | undefined;
}

/** How a conversation stands in the list, as views show it. */
export interface MarksView {
  /** The lowest is on top. */
  readonly pinned?: number | undefined;
  /** RFC 3339; "": for good. */
  readonly mutedUntil?: string | undefined;
  /** Mentions come through the muting. */
  readonly mentionsOnly?: boolean | undefined;
  readonly archived: boolean;
  /** To be looked at again. */
  readonly marked: boolean;
}

const HOUR_MS = 3_600_000;

/** What is on the record, and what is on its way there. */
export function marksOf(session: Session, conv: string): Marks | undefined {
  let marks = session.roster.conversations.get(conv)?.marks;
  for (const { entry } of session.outbox.in(conv)) {
    if (entry.command.t === "mark") marks = withMark(marks, entry.command, UNNUMBERED);
  }
  return marks;
}

export function marksView(session: Session, conv: string, lastMsgNo: number): MarksView {
  const marks = marksOf(session, conv);
  const now = session.clock.now();
  return {
    pinned: marks?.pinned,
    ...mutingOf(marks, now),
    archived: isArchived(marks, lastMsgNo, now),
    marked: marks?.unread ?? false,
  };
}

/** What of a conversation comes in quietly; `now`: milliseconds since 1970. */
export function mutingOf(marks: Marks | undefined, now: number) {
  const muted = isMuted(marks, now);
  return {
    mutedUntil: muted ? (marks?.muted_until ?? "") : undefined,
    mentionsOnly: muted && marks?.level === "mentions",
  };
}

export class Marker {
  private readonly context: Context;

  constructor(context: Context) {
    this.context = context;
  }

  /** Marks a conversation; a toast offers the way back. */
  mark(conv: string, wish: MarkWish): void {
    const before = marksOf(this.context.session, conv);
    this.put(conv, wish);
    if (wish.mark === "unread") return;
    const verb = wish.level ?? (wish.on ? wish.mark : (`un${wish.mark}` as const));
    this.context.toasts.note(verb, () => this.back(conv, wish, before));
  }

  /** Somebody looks at a conversation that they wanted to look at again. */
  looked(conv: string): void {
    const { session } = this.context;
    if (marksOf(session, conv)?.unread) this.put(conv, { mark: "unread", on: false });
  }

  private put(conv: string, { mark, on, hours, level }: MarkWish): void {
    const { clock, roster, outbox } = this.context.session;
    const last = roster.conversations.get(conv)?.last_msg_no ?? 0;
    const until = hours === undefined ? {} : { until: wireTime(clock.now() + hours * HOUR_MS) };
    const upTo = mark === "archived" && on ? { up_to: last } : {};
    const only = level === undefined ? {} : { level };
    void outbox.add({ t: "mark", conv, mark, on, ...until, ...upTo, ...only });
  }

  /** As it was; a muting that would be over by now is not begun again. */
  private back(conv: string, { mark }: MarkWish, before: Marks | undefined): void {
    const { outbox, clock } = this.context.session;
    const end = mark === "muted" ? before?.muted_until : undefined;
    const over = end !== undefined && Date.parse(end) <= clock.now();
    const on = before?.[mark] !== undefined && !over;
    const until = on && end !== undefined ? { until: end } : {};
    const upTo = mark === "archived" && on ? { up_to: before?.archived ?? 0 } : {};
    const level = mark === "muted" && on ? before?.level : undefined;
    const only = level === undefined ? {} : { level };
    void outbox.add({ t: "mark", conv, mark, on, ...until, ...upTo, ...only });
  }
}
