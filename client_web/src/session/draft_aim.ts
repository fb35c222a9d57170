/** What a draft is for: the message it answers, and an edit that is not saved yet; kept beside its text. */
import type { AnyEvent, MessageSent } from "../wire/types.gen";
import type { Drafts } from "./drafts";

const MARK = "aim ";

/** A message, without what it says: how long that may lie on the device is not a draft's to decide. */
export type Target = Pick<MessageSent, "conv" | "event_id" | "actor" | "removed_at">;

interface Edit {
  readonly target: Target;
  /** What it began with. */
  readonly begun: string;
  readonly text: string;
}

export interface DraftAim {
  readonly reply?: Target | undefined;
  readonly edit?: Edit | undefined;
  /** The draft was the edit of a message that was removed meanwhile. */
  readonly orphaned?: true | undefined;
}

export function aimOf(drafts: Drafts, conv: string): DraftAim {
  const text = drafts.get(MARK + conv);
  return text === "" ? {} : (JSON.parse(text) as DraftAim);
}

/** `until`: as `Drafts.set` has it. */
export function setAim(
  drafts: Drafts,
  conv: string,
  aim: DraftAim,
  until?: Promise<unknown>,
): void {
  const text = JSON.stringify(aim);
  drafts.set(MARK + conv, text === "{}" ? "" : text, until);
}

/** Before what is written in a conversation already. */
export function giveBack(drafts: Drafts, conv: string, text: string): void {
  const written = drafts.get(conv);
  drafts.set(conv, written === "" ? text : `${text}\n${written}`);
}

/**
 * Takes over what became of a message.
 *
 * An answer to one that was removed stays one, and tells; an edit has nothing to change any more:
 * what was typed goes on as a draft.
 */
export function follow(drafts: Drafts, now: Target): void {
  const { conv, event_id } = now;
  const aim = aimOf(drafts, conv);
  const { reply, edit, ...rest } = aim;
  const kept = reply?.event_id === event_id ? { ...aim, reply: now } : aim;
  if (edit?.target.event_id !== event_id) setAim(drafts, conv, kept);
  else if (now.removed_at === undefined) {
    setAim(drafts, conv, { ...kept, edit: { ...edit, target: now } });
  } else {
    const typed = edit.text !== edit.begun;
    const left = { ...rest, reply: kept.reply, ...(typed && { orphaned: true as const }) };
    setAim(drafts, conv, left);
    if (typed) giveBack(drafts, conv, edit.text);
  }
}

/** Follows a removal wherever it is, shown or not. */
export function followRemoval(drafts: Drafts, event: AnyEvent): void {
  if (event.type !== "message.removed" || event.target === undefined) return;
  const { conv, target: event_id, actor, at: removed_at } = event;
  follow(drafts, { conv, event_id, actor, removed_at });
}
