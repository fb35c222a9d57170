/* Made by `npm run generate` from schema.json f9e2cbbdbf18bc4c52841da3adbee23012a37a2c61c5156ed0f6b2fbfad8eefc. */

export type AnyClientFrame =
  Send | Edit | Remove | React | Members | SetTitle | Hello | Read | Delivered | Typing;
export type AnyCommand = Send | Edit | Remove | React | Members | SetTitle;
export type AnyEvent =
  | ConversationCreated
  | MessageSent
  | MessageEdited
  | MessageRemoved
  | ReactionChanged
  | MemberAdded
  | HistoryShared
  | MemberRemoved
  | MemberLeft
  | TitleChanged
  | Positions;
export type AnyServerFrame =
  Welcome | Resumed | Ack | Nack | Pending | Events | Ephemeral | Heartbeat | ResyncRequired | Bye;

/**
 * The command is on the record (archived) under these numbers.
 */
export interface Ack {
  t: "ack";
  id: string;
  event_id: string;
  conv: string;
  conv_seq: number;
  at: string;
  msg_no?: number;
}
/**
 * Say something. `claimed_at` is the client's clock, kept as a claim.
 */
export interface Send {
  t: "send";
  id: string;
  conv: string;
  text: string;
  reply_to?: string;
  claimed_at?: string;
}
/**
 * Replace the text of an own message, within the edit window.
 */
export interface Edit {
  t: "edit";
  id: string;
  conv: string;
  target: string;
  text: string;
}
/**
 * Remove an own message from view; the record stays.
 */
export interface Remove {
  t: "remove";
  id: string;
  conv: string;
  target: string;
}
/**
 * Put an emoji on a message or take it back.
 */
export interface React {
  t: "react";
  id: string;
  conv: string;
  target: string;
  emoji: string;
  on?: boolean;
}
/**
 * Change who is in a group. `since` goes with add and share: read from this time on.
 */
export interface Members {
  t: "members";
  id: string;
  conv: string;
  op: "add" | "leave" | "remove" | "share";
  person?: string;
  since?: string;
}
/**
 * Name a group.
 */
export interface SetTitle {
  t: "title";
  id: string;
  conv: string;
  title: string;
}
/**
 * The first frame: a one-time ticket (people) or a token (scripts and bots).
 *
 * With a `cursor`, everything after it is replayed; without one, only what is new comes.
 */
export interface Hello {
  t: "hello";
  ticket?: string;
  token?: string;
  cursor?: string;
}
/**
 * I have read up to this msg_no. Highest wins; no answer.
 */
export interface Read {
  t: "read";
  conv: string;
  msg_no: number;
}
/**
 * This person's devices have received up to this msg_no. Highest wins; no answer.
 */
export interface Delivered {
  t: "delivered";
  conv: string;
  msg_no: number;
}
/**
 * I am typing here (say so again every few seconds). Not recorded.
 */
export interface Typing {
  t: "typing";
  conv: string;
}
/**
 * A conversation began with these members.
 */
export interface ConversationCreated {
  type: "conversation.created";
  event_id: string;
  conv: string;
  conv_seq: number;
  actor: string;
  at: string;
  kind: "direct" | "group";
  members: string[];
  title?: string;
}
/**
 * A message. In history `text` is the current one, with `edited_at` / `removed_at`.
 *
 * In a replay a message that was edited or removed since comes without `text`.
 */
export interface MessageSent {
  type: "message.sent";
  event_id: string;
  conv: string;
  conv_seq: number;
  actor: string;
  at: string;
  msg_no: number;
  text?: string;
  reply_to?: WireQuote;
  edited_at?: string;
  removed_at?: string;
  reactions?: WireReaction[];
}
/**
 * The message that a reply answers; without `text` it was removed.
 */
export interface WireQuote {
  event_id: string;
  conv_seq: number;
  actor: string;
  text?: string;
}
/**
 * An emoji and who put it there.
 */
export interface WireReaction {
  emoji: string;
  people: string[];
}
/**
 * The new text of `target`; without `text` when a later edit or a removal replaced it.
 */
export interface MessageEdited {
  type: "message.edited";
  event_id: string;
  conv: string;
  conv_seq: number;
  actor: string;
  at: string;
  target: string;
  text?: string;
}
/**
 * Hide `target`: in the timeline, in quotes, in the list, in search.
 */
export interface MessageRemoved {
  type: "message.removed";
  event_id: string;
  conv: string;
  conv_seq: number;
  actor: string;
  at: string;
  target: string;
}
/**
 * The actor put `emoji` on `target`, or took it back.
 */
export interface ReactionChanged {
  type: "reaction.changed";
  event_id: string;
  conv: string;
  conv_seq: number;
  actor: string;
  at: string;
  target: string;
  emoji: string;
  on: boolean;
}
/**
 * The actor added `person`; with `since`, the history from then on was shared.
 */
export interface MemberAdded {
  type: "member.added";
  event_id: string;
  conv: string;
  conv_seq: number;
  actor: string;
  at: string;
  person: string;
  since?: string;
}
/**
 * The actor shared the history since `since` with `person`.
 */
export interface HistoryShared {
  type: "history.shared";
  event_id: string;
  conv: string;
  conv_seq: number;
  actor: string;
  at: string;
  person: string;
  since: string;
}
/**
 * The actor removed `person`.
 */
export interface MemberRemoved {
  type: "member.removed";
  event_id: string;
  conv: string;
  conv_seq: number;
  actor: string;
  at: string;
  person: string;
}
/**
 * The actor left.
 */
export interface MemberLeft {
  type: "member.left";
  event_id: string;
  conv: string;
  conv_seq: number;
  actor: string;
  at: string;
}
/**
 * The actor named the conversation.
 */
export interface TitleChanged {
  type: "title.changed";
  event_id: string;
  conv: string;
  conv_seq: number;
  actor: string;
  at: string;
  title: string;
}
/**
 * Members' new positions over msg_no.
 */
export interface Positions {
  type: "positions";
  event_id: string;
  conv: string;
  conv_seq: number;
  actor: string;
  at: string;
  changes: WirePosition[];
}
/**
 * How far a member has read and received; absent: not changed.
 */
export interface WirePosition {
  person: string;
  read?: number;
  delivered?: number;
}
/**
 * The hello was accepted. Replay follows, then `resumed`.
 */
export interface Welcome {
  t: "welcome";
  person: string;
  device: string;
  server_time: string;
  heartbeat_s: number;
  limits: Limits;
  recording: "on" | "unavailable";
}
/**
 * The limits in force, so that a client can say so before the server must.
 */
export interface Limits {
  frame_bytes: number;
  text_bytes: number;
  text_json_bytes: number;
  edit_window_s: number;
  messages_per_minute: number;
  burst: number;
}
/**
 * The replay is complete; what follows is live. State your positions again.
 */
export interface Resumed {
  t: "resumed";
  cursor: string;
}
/**
 * The command was not journaled and never will be; it may be discarded or sent anew.
 *
 * `code` is stable; `retry_after` (seconds): the same id may be sent again after that.
 */
export interface Nack {
  t: "nack";
  id: string;
  code: string;
  detail: string;
  retry_after?: number;
}
/**
 * Journaled, or unknown: keep it, show the clock, send the same id again later.
 */
export interface Pending {
  t: "pending";
  id: string;
  retry_after: number;
}
/**
 * Published events in archive order, and the cursor after the last of them.
 */
export interface Events {
  t: "events";
  events: AnyEvent[];
  cursor: string;
}
/**
 * What is not on the record: typing, presence, whether recording works. May be dropped.
 */
export interface Ephemeral {
  t: "ephemeral";
  items: (TypingNow | PresenceNow | RecordingNow)[];
}
/**
 * Somebody is typing; show it for `for_s` seconds.
 */
export interface TypingNow {
  k: "typing";
  conv: string;
  person: string;
  for_s?: number;
}
/**
 * Somebody came online or went offline.
 */
export interface PresenceNow {
  k: "presence";
  person: string;
  state: "offline" | "online";
}
/**
 * Recording became unavailable (nothing can be sent), or is on again.
 */
export interface RecordingNow {
  k: "recording";
  state: "on" | "unavailable";
}
/**
 * Sent every `heartbeat_s`; a client that hears nothing for twice that reconnects.
 */
export interface Heartbeat {
  t: "heartbeat";
  at: string;
}
/**
 * The cursor is too old or unknown: fetch the lists again, then say hello with their cursor.
 */
export interface ResyncRequired {
  t: "resync_required";
  code: string;
}
/**
 * The server closes this socket. Reconnect after `retry_after` seconds unless `final`.
 */
export interface Bye {
  t: "bye";
  code: string;
  detail: string;
  retry_after?: number;
  final?: boolean;
}
/**
 * GET /api/v1/bootstrap: everything a client needs before hello, with the cursor before it.
 */
export interface Bootstrap {
  me: Me;
  people: Person[];
  conversations: Conversation[];
  online: string[];
  cursor: string;
}
/**
 * GET /api/v1/me, and the answer to a sign-in.
 */
export interface Me {
  person: Person;
  device: string;
  session: string;
  firm: string;
  locale?: string;
}
/**
 * Somebody, as others see them. `outside`: not of this firm.
 */
export interface Person {
  id: string;
  name: string;
  kind: "bot" | "client" | "employee" | "system";
  org: string;
  role: string;
  outside: boolean;
  active?: boolean;
  title?: string;
}
/**
 * A conversation as this person sees it. `left`: no longer a member, reads up to the end.
 */
export interface Conversation {
  id: string;
  kind: "direct" | "group";
  members: Member[];
  outside: boolean;
  last_seq: number;
  last_msg_no: number;
  read: number;
  unread: number;
  left: boolean;
  title?: string;
  preview?: Preview;
}
/**
 * A member of a conversation with their positions over msg_no.
 */
export interface Member {
  person: string;
  read: number;
  delivered: number;
  joined_at: string;
}
/**
 * The newest row of a conversation, for the list. No `text`: removed, or not a message.
 */
export interface Preview {
  event_id: string;
  conv_seq: number;
  type: string;
  actor: string;
  at: string;
  text?: string;
}
/**
 * POST /api/v1/conversations. `id` as in a command frame; a retry gives the same answer.
 *
 * A direct conversation has one other member and no title, and exists once.
 */
export interface CreateConversation {
  id: string;
  kind: "direct" | "group";
  /**
   * @maxItems 500
   */
  members: string[];
  title?: string;
}
/**
 * A signed-in device of this person.
 */
export interface Device {
  id: string;
  name: string;
  current: boolean;
  signed_in_at: string;
  seen_at: string;
}
/**
 * GET /api/v1/devices; DELETE /api/v1/devices/{id} signs it out and wipes its cache.
 */
export interface Devices {
  devices: Device[];
}
/**
 * GET /api/v1/search?q=&conv=&limit=: newest first.
 */
export interface Found {
  hits: Hit[];
}
/**
 * A found message; `marks` are [start, end) offsets of the words in UTF-16 units.
 */
export interface Hit {
  event_id: string;
  conv: string;
  conv_seq: number;
  actor: string;
  at: string;
  text: string;
  marks: [number, number][];
}
/**
 * GET /api/v1/messages/{event_id}/info
 */
export interface MessageInfo {
  event_id: string;
  conv: string;
  conv_seq: number;
  at: string;
  receipts: Receipt[];
  edits: number;
  archive?: "on the record";
}
/**
 * When the record first showed that a member had a message; absent: not yet.
 */
export interface Receipt {
  person: string;
  delivered_at?: string;
  read_at?: string;
}
/**
 * RFC 9457 problem details; `code` is stable and also the end of `type`.
 */
export interface Problem {
  type: string;
  title: string;
  status: number;
  code: string;
  detail: string;
  retry_after?: number;
}
/**
 * POST /api/v1/sign-in: user name and password, or the token of a one-time link.
 */
export interface SignIn {
  username?: string;
  password?: string;
  link?: string;
  device?: string;
}
/**
 * POST /api/v1/ws-ticket: one use, `expires_in` seconds, for this session and origin.
 */
export interface Ticket {
  ticket: string;
  expires_in: number;
}
/**
 * GET /api/v1/conversations/{conv}/timeline?before=|after=|around=&limit=: rows by conv_seq.
 *
 * `more_before`, `more_after`: whether there is more that this person may see.
 */
export interface Timeline {
  events: (
    | ConversationCreated
    | MessageSent
    | MessageEdited
    | MessageRemoved
    | ReactionChanged
    | MemberAdded
    | HistoryShared
    | MemberRemoved
    | MemberLeft
    | TitleChanged
    | Positions
  )[];
  more_before: boolean;
  more_after: boolean;
}
