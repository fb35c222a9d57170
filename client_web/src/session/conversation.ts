/** A conversation as the list knows it: members, positions, unread, preview; and how events change it. */
import type * as wire from "../wire/types.gen";
import { complained } from "./complaints";
import { groupBegun, grouped } from "./group";
import {
  changesRelationship,
  joining,
  leaving,
  type RelationshipEvent,
  reached,
  related,
} from "./relationship";
import { isRow } from "./rows";

/** The wire's conversation, with what is needed to count on from it. */
export interface Conversation extends Omit<wire.Conversation, "outside"> {
  /**
   * Whether anybody from outside the firm is in it, by the server's word. Undefined: who is in it
   * has changed since, and not all of them are known here; it shows as true.
   */
  readonly outside: boolean | undefined;
  /** Own messages above `read`, whose numbers are known: those published since the counting began. */
  readonly ownNumbers: readonly number[];
  /** How many more there are at or below `countedTo`; their numbers are not known. */
  readonly ownBelow: number;
  readonly countedTo: number;
}

/** Takes what the server says and begins to count from there. */
export function counted(summary: wire.Conversation): Conversation {
  const above = summary.last_msg_no - summary.read;
  return {
    ...summary,
    ownNumbers: [],
    ownBelow: summary.left ? 0 : Math.max(0, above - summary.unread),
    countedTo: summary.last_msg_no,
  };
}

/** The wire's form again, to keep it. */
export function summaryOf(conversation: Conversation): wire.Conversation {
  const { ownNumbers: _numbers, ownBelow: _below, countedTo: _to, ...summary } = conversation;
  return { ...summary, outside: summary.outside ?? true };
}

/** A conversation that begins with the event that made it. */
export function begun(event: wire.ConversationCreated): Conversation {
  const joined = { joined_at: event.at, joined_seq: event.conv_seq };
  const member = (person: string) => ({ person, read: 0, delivered: 0, ...joined });
  const made = counted({
    id: event.conv,
    kind: event.kind,
    members: event.members.map(member),
    outside: true,
    last_seq: 0,
    last_msg_no: 0,
    read: 0,
    unread: 0,
    left: false,
    ...groupBegun(event),
    ...(event.title === undefined ? {} : { title: event.title }),
  });
  return { ...made, outside: undefined };
}

/** `uncounted`: unread can't be told from what is known here; the server must be asked. */
export interface Step {
  readonly next: Conversation;
  readonly uncounted: boolean;
}

/** Applies an event; the same object if nothing changes. Idempotent, old events included. */
export function after(before: Conversation, event: wire.AnyEvent, me: string): Step {
  const fresh = event.conv_seq > before.last_seq;
  const numbered = fresh ? withGroup({ ...before, last_seq: event.conv_seq }, event) : before;
  const step = changed(numbered, event, me);
  return { ...step, next: previewed(step.next, event) };
}

function changed(before: Conversation, event: wire.AnyEvent, me: string): Step {
  switch (event.type) {
    case "message.sent":
      return same(withMessage(before, event, me));
    case "positions":
      return withPositions(before, event, me);
    case "member.added":
      return withMember(before, event, me);
    case "history.shared":
      // What was shown may be unread, and be what the list shows: the server knows.
      return { next: before, uncounted: event.person === me };
    case "member.removed":
      return same(withoutMember(before, event.person, me));
    case "member.left":
      return same(withoutLeaver(before, event.actor, me));
    case "complaint.filed":
    case "complaint.closed": {
      const complaints = complained(before.complaints, event);
      return same(complaints === before.complaints ? before : { ...before, complaints });
    }
    case "title.changed":
      return same(event.title === before.title ? before : { ...before, title: event.title });
    default:
      return changesRelationship(event) ? withRelationship(before, event, me) : same(before);
  }
}

/** Where whoever comes in stands, and whether this is old news: the server knows. */
function withRelationship(before: Conversation, event: RelationshipEvent, me: string): Step {
  if (event.conv_seq < before.last_seq) return { next: before, uncounted: true };
  const [joined, left] = [joining(event), leaving(event)];
  const relationship = related(before.relationship, event);
  const leaver = before.members.find(({ person }) => person === left);
  let next: Conversation =
    relationship === undefined
      ? before
      : { ...before, relationship: reached(relationship, leaver) };
  if (joined !== undefined) next = withMember(next, { ...event, person: joined }, me).next;
  if (left !== undefined) next = withoutMember(next, left, me);
  return { next, uncounted: true };
}

/** Only what is new changes a group: an old event would bring back what it was. */
function withGroup(before: Conversation, event: wire.AnyEvent): Conversation {
  const group = grouped(before.group, event);
  return group === undefined || group === before.group ? before : { ...before, group };
}

function same(next: Conversation): Step {
  return { next, uncounted: false };
}

function withMessage(before: Conversation, event: wire.MessageSent, me: string): Conversation {
  if (event.msg_no <= before.last_msg_no) return before;
  const called =
    event.actor !== me &&
    event.mentions?.some(({ person }) => person === undefined || person === me) === true;
  const next = {
    ...before,
    last_msg_no: event.msg_no,
    ...(called ? { mentioned: event.msg_no } : {}),
  };
  return recounted(
    event.actor === me && event.msg_no > before.read
      ? { ...next, ownNumbers: [...before.ownNumbers, event.msg_no] }
      : next,
  );
}

function recounted(conversation: Conversation): Conversation {
  const { last_msg_no, read, ownNumbers, ownBelow, left } = conversation;
  const unread = left ? 0 : Math.max(0, last_msg_no - read - ownNumbers.length - ownBelow);
  return unread === conversation.unread ? conversation : { ...conversation, unread };
}

function withPositions(before: Conversation, event: wire.Positions, me: string): Step {
  let members = before.members;
  for (const change of event.changes) {
    members = members.map((member) =>
      member.person === change.person ? advanced(member, change) : member,
    );
  }
  const moved = members.some((member, index) => member !== before.members[index]);
  const own = event.changes.find((change) => change.person === me)?.read ?? 0;
  if (own <= before.read) return same(moved ? { ...before, members } : before);
  return withRead({ ...before, members }, own);
}

function advanced(member: wire.Member, change: wire.WirePosition): wire.Member {
  const read = Math.max(member.read, change.read ?? 0);
  // What was read was received.
  const delivered = Math.max(member.delivered, change.delivered ?? 0, read);
  if (read === member.read && delivered === member.delivered) return member;
  return { ...member, read, delivered };
}

/** This person has read up to `read`. */
function withRead(before: Conversation, read: number): Step {
  const beyond = read >= before.countedTo;
  const next = recounted({
    ...before,
    read,
    ownNumbers: before.ownNumbers.filter((number) => number > read),
    ownBelow: beyond ? 0 : before.ownBelow,
  });
  return { next, uncounted: !beyond && before.ownBelow > 0 };
}

/** Where somebody who comes back, or who was shown the history, stands: the server knows. */
function withMember(
  before: Conversation,
  event: Pick<wire.MemberAdded, "person" | "at" | "conv_seq">,
  me: string,
): Step {
  const left = event.person === me ? false : before.left;
  if (before.members.some((member) => member.person === event.person)) {
    return same(left === before.left ? before : { ...before, left });
  }
  const read = before.last_msg_no;
  const joined = { joined_at: event.at, joined_seq: event.conv_seq };
  const member = { person: event.person, read, delivered: read, ...joined };
  const next = { ...before, left, members: [...before.members, member], outside: undefined };
  return { next, uncounted: true };
}

function withoutMember(before: Conversation, person: string, me: string): Conversation {
  const members = before.members.filter((member) => member.person !== person);
  if (person === me) {
    return before.left ? before : { ...before, members, left: true, unread: 0 };
  }
  if (members.length === before.members.length) return before;
  return { ...before, members, outside: undefined };
}

/** In a direct conversation who has left is still whom it was with. */
function withoutLeaver(before: Conversation, person: string, me: string): Conversation {
  if (before.kind === "direct" && person !== me) {
    return before.ended ? before : { ...before, ended: true };
  }
  return withoutMember(before, person, me);
}

/** What says less than what it would hide in the list, as the server has it (history_store.py). */
const QUIET: ReadonlySet<string> = new Set<wire.AnyEvent["type"]>([
  "notice.accepted",
  "device.added",
  "out_of_office.replied",
]);

function previewed(before: Conversation, event: wire.AnyEvent): Conversation {
  const { preview } = before;
  if (isRow(event)) {
    const hides = QUIET.has(event.type) && preview !== undefined && !QUIET.has(preview.type);
    return hides || (preview !== undefined && event.conv_seq <= preview.conv_seq)
      ? before
      : { ...before, preview: previewOf(event) };
  }
  if (preview === undefined || !("target" in event) || event.target !== preview.event_id) {
    return before;
  }
  if (event.type === "message.edited" || event.type === "message.removed") {
    const { text: _text, files, ...rest } = preview;
    if (event.type === "message.removed") return { ...before, preview: rest };
    const kept = files === undefined ? rest : { ...rest, files };
    const { text } = event;
    return { ...before, preview: text === undefined ? kept : { ...kept, text } };
  }
  return before;
}

function previewOf(event: wire.AnyEvent): wire.Preview {
  const { event_id, conv_seq, type, actor, at } = event;
  const said = event.type === "message.sent" && event.removed_at === undefined ? event : undefined;
  const { text, files } = said ?? {};
  return {
    event_id,
    conv_seq,
    type,
    actor,
    at,
    ...(text === undefined ? {} : { text }),
    ...(files === undefined ? {} : { files }),
  };
}
