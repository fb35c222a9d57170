/** What this person noted for themself: how a conversation stands in their list, and stars. */
import type * as wire from "../wire/types.gen";

/** Events of this person's own stream; `conv` is that, and `conversation` what they are about. */
export type PersonalEvent = wire.ConversationMarked | wire.MessageStarred;

export type Mark = wire.MarkCommand["mark"];

export function isPersonal(event: wire.AnyEvent): event is PersonalEvent {
  return event.type === "conversation.marked" || event.type === "message.starred";
}

/** Of those on their way it is not known yet: last. */
export const UNNUMBERED = Number.MAX_SAFE_INTEGER;

type Change = Pick<wire.MarkCommand, "mark" | "on" | "until" | "up_to" | "level">;

/** Marks after a change; undefined: none is left. `pinned`: the number that it is pinned under. */
export function withMark(
  before: wire.Marks | undefined,
  { mark, on = true, until, up_to, level }: Change,
  pinned: number,
): wire.Marks | undefined {
  const { [mark]: _, ...others } = before ?? {};
  const { muted_until: __, level: ___, ...loud } = others;
  const kept = mark === "muted" ? loud : others;
  const after = on ? { ...kept, ...said(mark, { until, up_to, level, pinned }) } : kept;
  return Object.keys(after).length === 0 ? undefined : after;
}

interface Values {
  readonly until: string | undefined;
  readonly up_to: number | undefined;
  readonly level: wire.MarkCommand["level"];
  readonly pinned: number;
}

function said(mark: Mark, { until, up_to = 0, level, pinned }: Values): wire.Marks {
  switch (mark) {
    case "pinned":
      return { pinned };
    case "muted":
      return {
        muted: true,
        ...(until === undefined ? {} : { muted_until: until }),
        ...(level === undefined ? {} : { level }),
      };
    case "archived":
      return { archived: up_to };
    case "unread":
      return { unread: true };
  }
}

/** A conversation after an event of one's own stream about it. */
export function noted<C extends Pick<wire.Conversation, "marks">>(
  before: C,
  event: PersonalEvent,
): C {
  if (event.type !== "conversation.marked") return before;
  const { marks: _, ...rest } = before;
  const marks = withMark(before.marks, event, event.conv_seq);
  return (marks === undefined ? rest : { ...rest, marks }) as C;
}

/** `now`: milliseconds since 1970. */
export function isMuted(marks: wire.Marks | undefined, now: number): boolean {
  if (marks?.muted !== true) return false;
  return marks.muted_until === undefined || Date.parse(marks.muted_until) > now;
}

/** Put aside: until a later message comes, unless it is muted. */
export function isArchived(marks: wire.Marks | undefined, lastMsgNo: number, now: number): boolean {
  if (marks?.archived === undefined) return false;
  return lastMsgNo <= marks.archived || isMuted(marks, now);
}
