/* Made by `npm run generate` from schema.json 36698e65144dd5c8c7c09f70a5516eec086a11ea9e221bd6bd057ecae8e5527f. */

export type AnyClientFrame =
  | Send
  | Edit
  | Remove
  | React
  | Members
  | RelationshipCommand
  | SetTitle
  | GroupCommand
  | ComplaintCommand
  | MarkCommand
  | StarCommand
  | QuietHoursCommand
  | Hello
  | Read
  | Delivered
  | Played
  | Typing
  | Idle
  | Looking
  | Ping;
export type AnyCommand =
  | Send
  | Edit
  | Remove
  | React
  | Members
  | RelationshipCommand
  | SetTitle
  | GroupCommand
  | ComplaintCommand
  | MarkCommand
  | StarCommand
  | QuietHoursCommand;
export type AnyEvent =
  | ConversationCreated
  | MessageSent
  | FileStored
  | MessageEdited
  | MessageRemoved
  | ReactionChanged
  | MemberAdded
  | HistoryShared
  | MemberRemoved
  | MemberLeft
  | TitleChanged
  | AdminChanged
  | GroupDescribed
  | PostingChanged
  | GroupPictured
  | JoinLinkMade
  | JoinLinkRevoked
  | NoticeAccepted
  | ConversationHandedOver
  | ConversationUncovered
  | DelegateAdded
  | DelegateStarted
  | DelegateEnded
  | DeviceAdded
  | IdentityConfirmed
  | IdentityReset
  | IdentityWithdrawn
  | AssuranceChanged
  | ComplaintFiled
  | ComplaintClosed
  | OutOfOfficeReplied
  | Positions
  | ConversationMarked
  | MessageStarred
  | QuietHoursSet;
export type AnyServerFrame =
  Welcome | Resumed | Ack | Nack | Pending | Events | Ephemeral | Heartbeat | ResyncRequired | Bye;

/**
 * From when until when somebody is away, and what is said meanwhile.
 */
export interface Absence {
  starts: string;
  until: string;
  texts: HoursTexts;
}
/**
 * What is said while nobody is there, by language; absent: what comes with OnRecord.
 */
export interface HoursTexts {
  en?: string;
  pl?: string;
}
/**
 * The code, and the `sha256` of the notice that was shown and accepted.
 */
export interface AcceptInvite {
  invite: string;
  code: string;
  notice: string;
  device?: string;
  instead_of?: string;
}
/**
 * The `sha256` of the notice that was shown and accepted.
 */
export interface AcceptNotice {
  notice: string;
}
/**
 * A token that is not revoked. Whom it acts as made it, or a bot's owner (rest.NewTokens).
 */
export interface Access {
  id: string;
  name: string;
  created_at: string;
  expires_at: string;
  messages_per_minute?: number;
  burst?: number;
}
/**
 * GET /api/v1/admin/people/{id}/tokens: the newest first.
 *
 * DELETE /api/v1/admin/tokens/{id} revokes one, 204. POST /api/v1/admin/people/{id}/activate
 * restores an account once a second administrator approves it, 202 with an ApprovalRequest.
 */
export interface AccessList {
  tokens: Access[];
}
/**
 * One archived record of a system stream: who, what, and with what facts.
 *
 * In a case's stream `type` is `case.opened` (facts: case, reason), `search.executed` (case,
 * reason, the query's members, upto, count, records, sha256), `range.opened` (case, reason,
 * conversation, first, last, count), `file.opened` (range, conversation, conv_seq, file, variant,
 * name, sha256) or `export.made` (a search's or a range's, language, slice). What names a
 * conversation says by `scope` why it may: `search` and `earlier` with `scope_number`, the record
 * of the case that found or named it; `reason`: it lay outside, and `reason` is this look's own.
 */
export interface AccessRecord {
  number: number;
  archive_index: number;
  event_id: string;
  type: string;
  at: string;
  actor: PersonThen;
  facts: {
    [k: string]: string | number | boolean | string[] | undefined;
  };
}
/**
 * Somebody as they were when a record was made. Unknown: only `id`.
 */
export interface PersonThen {
  id: string;
  name?: string;
  kind?: string;
  org?: string;
  role?: string;
}
/**
 * Somebody as administrators see them. `outside`: not of this firm.
 */
export interface Account {
  id: string;
  name: string;
  kind: "bot" | "client" | "employee" | "system";
  org: string;
  role: string;
  active: boolean;
  outside: boolean;
  username?: string;
  mail?: string;
  locale?: string;
  picture?: string;
  enrolled?: boolean;
  awaits?: "administrator" | "advisor" | "auditor" | "client" | "compliance" | "employee";
  alike?: string[];
  org_alike?: string[];
  title?: string;
  branch?: string;
}
/**
 * What somebody is told of their account, or an administrator or officer of break-glass.
 *
 * A `token`, which acts as `about`, was made or will end (token, token_ends), at `ends`.
 *
 * `what`: a sign-in link was made (link), who they are (changed, in `fields`) or their `role` was,
 * their account is active again (activated); or somebody did that on the server's shell, for
 * `reason`; or a client objected to a reset that their advisor asked for, or it can't be carried
 * out (reset_…). `by`: who asked for it or did it; `approved_by`: who approved it; `about`: for
 * whom.
 * POST /api/v1/account-notices/seen with their ids says that they were read, 204. Refusal:
 * `no_such_notice`.
 */
export interface AccountNotice {
  id: string;
  at: string;
  what:
    | "activated"
    | "break_glass_link"
    | "break_glass_role"
    | "changed"
    | "link"
    | "reset_failed"
    | "reset_objected"
    | "role"
    | "token"
    | "token_ends";
  by: string;
  about: string;
  fields: ("mail" | "name" | "org" | "username")[];
  approved_by?: string;
  role?: string;
  reason?: string;
  token?: string;
  ends?: string;
}
/**
 * One's own notices that were read; others are not touched.
 */
export interface AccountNoticesSeen {
  /**
   * @maxItems 50
   */
  ids: string[];
}
/**
 * GET /api/v1/admin/people: everybody, those whose account has ended as well, by name.
 *
 * `org`: the firm that employees belong to; people of another are from outside.
 */
export interface Accounts {
  people: Account[];
  org: string;
}
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
 * The actor made `person` an admin of the group, or (not `on`) an admin no more.
 */
export interface AdminChanged {
  type: "admin.changed";
  event_id: string;
  conv: string;
  conv_seq: number;
  actor: string;
  at: string;
  person: string;
  on: boolean;
}
/**
 * POST /api/v1/logins/{code}: let it in as yourself for 15 minutes, or not; 204.
 */
export interface AnswerLogin {
  answer: "confirm" | "refuse";
}
/**
 * To a client: whether somebody is `there` to answer in `conv`, and when that `changes`.
 *
 * `week` (Monday first) and `zone` say when usually; without, there are no hours.
 */
export interface AnswersNow {
  k: "answers";
  conv: string;
  there: boolean;
  changes?: string;
  zone?: string;
  week?: string[][];
}
/**
 * Say something. `claimed_at` is the client's clock, kept as a claim.
 *
 * `files` are of POST /api/v1/uploads/{upload}/finish, or of messages that one may read; with
 * them `text` may be empty. `forward` sends that message on as it stands, with its files, from
 * any conversation that one is in; then there is nothing else, and `text` is empty. `mentions`
 * are whom the text calls, in order: members, or in a group everybody.
 *
 * With files, and with `forward`, somebody of the firm names in `outside` every one from outside
 * it who is in the conversation, and in the one that is forwarded from, as they were shown; else
 * it is refused (`crossing_not_confirmed`), and the same id may be sent again with those of the
 * answer.
 */
export interface Send {
  t: "send";
  id: string;
  conv: string;
  text: string;
  reply_to?: string;
  claimed_at?: string;
  /**
   * @maxItems 10
   */
  files?: string[];
  forward?: string;
  /**
   * @maxItems 50
   */
  mentions?: WireMention[];
  /**
   * @maxItems 1500
   */
  outside?: string[];
}
/**
 * `length` characters of the text from `at` on, an @ and a name, call `person`.
 *
 * Characters are Unicode's code points. Without `person` they call everybody.
 */
export interface WireMention {
  at: number;
  length: number;
  person?: string;
}
/**
 * Replace the text of an own message, and whom it calls, within the edit window.
 */
export interface Edit {
  t: "edit";
  id: string;
  conv: string;
  target: string;
  text: string;
  /**
   * @maxItems 50
   */
  mentions?: WireMention[];
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
 * Pass a conversation with a client to `person`, or let them stand in until `ends`.
 *
 * `history`: what they get to read, all that the owner may, from `since` on, or new messages
 * alone; what waits for an answer goes along. Without `starts` a delegation begins at once.
 * `end` takes a delegation back.
 */
export interface RelationshipCommand {
  t: "relationship";
  id: string;
  conv: string;
  op: "delegate" | "end" | "hand_over";
  person: string;
  history?: "all" | "new" | "since";
  since?: string;
  starts?: string;
  ends?: string;
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
 * Change what is decided about a group; for its admins.
 *
 * `admin` makes `person` an admin or, with `on` false, an admin no more. `describe` has `text`;
 * an empty one takes the description away. `posting`: only admins write (`on`), or everybody.
 * `link` makes a link that the firm's people join by until `until`, at most 30 days: `hash` is the
 * SHA-256 of its secret (of the text after `#join=`), which the client chooses and nobody keeps;
 * an older link ends. `unlink` ends it.
 */
export interface GroupCommand {
  t: "group";
  id: string;
  conv: string;
  op: "admin" | "describe" | "link" | "posting" | "unlink";
  person?: string;
  on?: boolean;
  text?: string;
  hash?: string;
  until?: string;
}
/**
 * Mark a message (`target`), or without one the whole conversation, as a complaint.
 *
 * `file` has a `category` (one of Welcome's), `text`, the person's own words, and the `locale` of
 * the words that the category was chosen by. `answer`, by the firm's people, and `withdraw`, by
 * the person who filed it or the client, close the `complaint` (the event that filed it); `text`
 * is a note, if any.
 */
export interface ComplaintCommand {
  t: "complaint";
  id: string;
  conv: string;
  op: "answer" | "file" | "withdraw";
  target?: string;
  category?: string;
  locale?: "en" | "pl";
  text?: string;
  complaint?: string;
}
/**
 * Mark a conversation for oneself, or (not `on`) take the mark away.
 *
 * `muted` may have `until`, without which it is for good, and `level` mentions: those come
 * through. `archived` has `up_to`, the msg_no of the last message that one saw: a later one
 * brings the conversation back, unless it is muted.
 */
export interface MarkCommand {
  t: "mark";
  id: string;
  conv: string;
  mark: "archived" | "muted" | "pinned" | "unread";
  on?: boolean;
  until?: string;
  up_to?: number;
  level?: "mentions";
}
/**
 * Star a message for oneself, or (not `on`) take the star away.
 */
export interface StarCommand {
  t: "star";
  id: string;
  conv: string;
  target: string;
  on?: boolean;
}
/**
 * Be told of nothing each day from `starts` to `ends`, as the clock on the wall of `zone` says.
 *
 * `conv` is one's own id. `ends` before `starts`: over midnight. `weekends`: nor on Saturdays and
 * Sundays. Without `zone`, `starts` and `ends`: no quiet hours.
 */
export interface QuietHoursCommand {
  t: "quiet_hours";
  id: string;
  conv: string;
  zone?: string;
  starts?: string;
  ends?: string;
  weekends?: boolean;
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
 * I have played the voice note of `target`, which somebody else sent. No answer.
 */
export interface Played {
  t: "played";
  conv: string;
  target: string;
}
/**
 * I am typing here (say so again every few seconds). Not recorded.
 */
export interface Typing {
  t: "typing";
  conv: string;
}
/**
 * Nobody has touched this device for ten minutes, or somebody does again. Not recorded.
 */
export interface Idle {
  t: "idle";
  on: boolean;
}
/**
 * Somebody looks at this page now, or no longer. Not recorded; who does is not pushed to.
 */
export interface Looking {
  t: "looking";
  on: boolean;
}
/**
 * Is anybody there? Answered with `heartbeat`. Not recorded.
 */
export interface Ping {
  t: "ping";
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
 * In a replay a message that was edited or removed since comes without `text`; what was removed
 * comes without `files`. `broadcast`: one text that its author sent to several people, each in a
 * conversation of their own; the event that says to whom. `mentions` go with `text`. `starred`,
 * and `played` (its voice note): by this person, in history.
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
  files?: WireFile[];
  broadcast?: string;
  forward?: WireForward;
  mentions?: WireMention[];
  starred?: boolean;
  played?: boolean;
}
/**
 * The message that a reply answers; without `text` it was removed.
 *
 * Without `actor` it is from before this person joined, or from after they left: no words of it.
 */
export interface WireQuote {
  event_id: string;
  conv_seq: number;
  actor?: string;
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
 * A file of a message. `type` is what its content is; `width` and `height` are a picture's.
 *
 * `voice`: it is a voice note. POST /api/v1/files/links says where it can be read.
 */
export interface WireFile {
  id: string;
  name: string;
  size: number;
  type: string;
  width?: number;
  height?: number;
  voice?: WireVoice;
}
/**
 * What a voice note's recorder measured: `ms` of sound, an hour at most.
 *
 * `wave`: how loud it is, from its beginning to its end, one hexadecimal digit a step, the
 * loudest f.
 */
export interface WireVoice {
  ms: number;
  wave: string;
}
/**
 * A message was sent on: when it was written, and by whom if everybody here may know that.
 *
 * GET /api/v1/messages/{event_id}/origin says where, to those who may read it there.
 */
export interface WireForward {
  at: string;
  actor?: string;
}
/**
 * The actor stored a file here; nobody sees it before a message refers to it.
 *
 * What it is called and what is in it, only compliance sees (the record's `kept`). `scanner`: what
 * looked for malware in it and found none; absent where none is set up.
 *
 * On the record alone: `blob`, `scanner`.
 */
export interface FileStored {
  type: "file.stored";
  event_id: string;
  conv: string;
  conv_seq: number;
  actor: string;
  at: string;
}
/**
 * The new text of `target`; without `text` when a later edit or a removal replaced it.
 *
 * Without `target` it is about a message that this person does not see.
 */
export interface MessageEdited {
  type: "message.edited";
  event_id: string;
  conv: string;
  conv_seq: number;
  actor: string;
  at: string;
  target?: string;
  text?: string;
  mentions?: WireMention[];
}
/**
 * Hide `target`: in the timeline, in quotes, in the list, in search.
 *
 * Without `target` it is about a message that this person does not see.
 */
export interface MessageRemoved {
  type: "message.removed";
  event_id: string;
  conv: string;
  conv_seq: number;
  actor: string;
  at: string;
  target?: string;
}
/**
 * The actor put `emoji` on `target`, or took it back.
 *
 * Without the two it is about a message that this person does not see.
 */
export interface ReactionChanged {
  type: "reaction.changed";
  event_id: string;
  conv: string;
  conv_seq: number;
  actor: string;
  at: string;
  target?: string;
  emoji?: string;
  on?: boolean;
}
/**
 * The actor added `person`, who reads from conv_seq `from_seq` on (inclusive).
 *
 * `since` is the date that the adder chose to share from; absent: from the join on. `link`: the
 * actor joined by themself, by the link that this event made.
 *
 * On the record alone: `from_seq`.
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
  link?: string;
}
/**
 * The actor let a member read from conv_seq `from_seq` on, that is from `since` on.
 *
 * On the record alone: `from_seq`.
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
 * The actor removed `person`, who reads up to this event and not after.
 *
 * A link to join the group by ends.
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
 * The actor left, and reads up to this event and not after.
 *
 * `ended`: a client, who ended the relationship.
 */
export interface MemberLeft {
  type: "member.left";
  event_id: string;
  conv: string;
  conv_seq: number;
  actor: string;
  at: string;
  ended?: boolean;
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
 * The actor said what the group is for; an empty text takes the description away.
 */
export interface GroupDescribed {
  type: "group.described";
  event_id: string;
  conv: string;
  conv_seq: number;
  actor: string;
  at: string;
  text: string;
}
/**
 * From now on only admins write here (`admins_only`), or everybody does.
 */
export interface PostingChanged {
  type: "posting.changed";
  event_id: string;
  conv: string;
  conv_seq: number;
  actor: string;
  at: string;
  admins_only: boolean;
}
/**
 * The actor gave the group a picture, all of it in `data` (base64); without one: took it away.
 *
 * `sha256` is of the bytes; members fetch them at `/api/v1/pictures/{sha256}`.
 *
 * On the record alone: `media_type`, `data`.
 */
export interface GroupPictured {
  type: "group.pictured";
  event_id: string;
  conv: string;
  conv_seq: number;
  actor: string;
  at: string;
  sha256?: string;
}
/**
 * The actor made a link by which the firm's people join until `until`; older ones end.
 *
 * `hash` is the SHA-256 of the secret in the link.
 *
 * On the record alone: `hash`.
 */
export interface JoinLinkMade {
  type: "join_link.made";
  event_id: string;
  conv: string;
  conv_seq: number;
  actor: string;
  at: string;
  until: string;
}
/**
 * The actor ended the group's link.
 */
export interface JoinLinkRevoked {
  type: "join_link.revoked";
  event_id: string;
  conv: string;
  conv_seq: number;
  actor: string;
  at: string;
}
/**
 * The actor, a client, accepted the recording notice with this SHA-256 in this language.
 *
 * `text`: what they accepted, which with `title` gives that SHA-256. Absent where nobody has it
 * any more, and in records from before it stood there.
 *
 * Or the service says it of `person`, a client who had done so at `accepted_at`, earlier: their
 * conversation began later.
 *
 * On the record alone: `text`.
 */
export interface NoticeAccepted {
  type: "notice.accepted";
  event_id: string;
  conv: string;
  conv_seq: number;
  actor: string;
  at: string;
  notice: string;
  locale: string;
  title: string;
  person?: string;
  accepted_at?: string;
}
/**
 * `successor` takes the place of `former` (empty: nobody's), who reads up to this event.
 *
 * `history` is what was decided: all that `former` may read, from `since` on, or new messages
 * alone. What waits for an answer goes along: `waiting` is the conv_seq of the client's first
 * message without one; the successor has read what lies before it.
 *
 * On the record alone: `from_seq`, `waiting`.
 */
export interface ConversationHandedOver {
  type: "conversation.handed_over";
  event_id: string;
  conv: string;
  conv_seq: number;
  actor: string;
  at: string;
  former: string;
  successor: string;
  history: "all" | "new" | "since";
  since?: string;
}
/**
 * The account of `former` ended, who answered here; nobody of the firm has taken over yet.
 *
 * The service says so. They stay a member, without an account, until `conversation.handed_over`.
 */
export interface ConversationUncovered {
  type: "conversation.uncovered";
  event_id: string;
  conv: string;
  conv_seq: number;
  actor: string;
  at: string;
  former: string;
}
/**
 * `person` stands in from `starts` to `ends`; `active`: they are a member from now on.
 */
export interface DelegateAdded {
  type: "delegate.added";
  event_id: string;
  conv: string;
  conv_seq: number;
  actor: string;
  at: string;
  person: string;
  starts: string;
  ends: string;
  history: "all" | "new" | "since";
  active: boolean;
  since?: string;
}
/**
 * The time of the `delegation` (the event that added it) has come: `person` is a member.
 *
 * On the record alone: `from_seq`, `waiting`.
 */
export interface DelegateStarted {
  type: "delegate.started";
  event_id: string;
  conv: string;
  conv_seq: number;
  actor: string;
  at: string;
  delegation: string;
  person: string;
}
/**
 * The `delegation` is over, or will not be: `person` reads up to this event and not after.
 */
export interface DelegateEnded {
  type: "delegate.ended";
  event_id: string;
  conv: string;
  conv_seq: number;
  actor: string;
  at: string;
  delegation: string;
  person: string;
}
/**
 * The actor, a client, signed in on a device that they were not known to use.
 */
export interface DeviceAdded {
  type: "device.added";
  event_id: string;
  conv: string;
  conv_seq: number;
  actor: string;
  at: string;
  name: string;
}
/**
 * The actor stated that `person`, a client, is who they say: seen, heard or by video.
 *
 * It counts until `until`.
 */
export interface IdentityConfirmed {
  type: "identity.confirmed";
  event_id: string;
  conv: string;
  conv_seq: number;
  actor: string;
  at: string;
  person: string;
  how: "in_person" | "video" | "voice";
  until: string;
}
/**
 * The actor ended all that `person`, a client, signed in with, devices and passkeys too.
 *
 * Their new link lets them in again.
 */
export interface IdentityReset {
  type: "identity.reset";
  event_id: string;
  conv: string;
  conv_seq: number;
  actor: string;
  at: string;
  person: string;
}
/**
 * The actor took back an advisor's word for `person`, a client: it was given in error.
 */
export interface IdentityWithdrawn {
  type: "identity.withdrawn";
  event_id: string;
  conv: string;
  conv_seq: number;
  actor: string;
  at: string;
  person: string;
}
/**
 * How sure the firm is of `person` from now on. No row of the timeline.
 */
export interface AssuranceChanged {
  type: "assurance.changed";
  event_id: string;
  conv: string;
  conv_seq: number;
  actor: string;
  at: string;
  person: string;
  assurance: Assurance;
}
/**
 * What a client has proved.
 *
 * `proof`: what they last signed in with; `none`: their access was reset. `proved_at`: when it
 * was last made sure that their mail or phone is theirs. `until`: then that is due again.
 */
export interface Assurance {
  proof: "code" | "none" | "passkey";
  proved_at: string;
  until: string;
  confirmation?: Confirmation;
}
/**
 * An advisor's word (`by`: their id) for the client and the devices known at that time.
 */
export interface Confirmation {
  until: string;
  how: "in_person" | "video" | "voice";
  by: string;
}
/**
 * The actor marked a message (`target`), or the whole conversation, as a complaint.
 *
 * `category` is the firm's name for what it is about; `about` says it in the words, of `locale`,
 * that it was chosen by, `words` in each language that the firm has. `reason`: the actor's own
 * words. It is to be answered by `due`.
 *
 * `unseen`, and no `target`: about a message that this person does not see.
 *
 * On the record alone: `locale`, `words`.
 */
export interface ComplaintFiled {
  type: "complaint.filed";
  event_id: string;
  conv: string;
  conv_seq: number;
  actor: string;
  at: string;
  reference: string;
  category: string;
  about: string;
  reason: string;
  due: string;
  target?: string;
  unseen?: boolean;
}
/**
 * The `complaint` (the event that filed it) was answered by the firm, or taken back.
 */
export interface ComplaintClosed {
  type: "complaint.closed";
  event_id: string;
  conv: string;
  conv_seq: number;
  actor: string;
  at: string;
  complaint: string;
  reference: string;
  outcome: "answered" | "withdrawn";
  note?: string;
}
/**
 * The service answered a client's message (`target`) while nobody was there to.
 *
 * It is no answer of the firm's people: what the client wrote goes on waiting. It is no message
 * either: it has no msg_no, and nobody has it unread. `until`: when somebody is there again, if
 * that is known. `reason`: the firm was closed, or the people who answer for the client were away.
 *
 * `unseen`, and no `target`: about a message that this person does not see.
 */
export interface OutOfOfficeReplied {
  type: "out_of_office.replied";
  event_id: string;
  conv: string;
  conv_seq: number;
  actor: string;
  at: string;
  text: string;
  locale: string;
  target?: string;
  reason: "away" | "closed";
  until?: string;
  unseen?: boolean;
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
 *
 * `played`: the msg_nos of the voice notes that they have played now.
 */
export interface WirePosition {
  person: string;
  read?: number;
  delivered?: number;
  played?: number[];
}
/**
 * The actor marked a conversation, or (not `on`) took the mark away.
 *
 * `until`: when a muting ends; absent: never. `up_to`: the msg_no of the last message when it was
 * archived; a later one brings it back. `level`: mentions, if those come through a muting.
 */
export interface ConversationMarked {
  type: "conversation.marked";
  event_id: string;
  conv: string;
  conv_seq: number;
  actor: string;
  at: string;
  conversation: string;
  mark: "archived" | "muted" | "pinned" | "unread";
  on: boolean;
  until?: string;
  up_to?: number;
  level?: "mentions";
}
/**
 * The actor starred a message of a conversation, or (not `on`) took the star away.
 */
export interface MessageStarred {
  type: "message.starred";
  event_id: string;
  conv: string;
  conv_seq: number;
  actor: string;
  at: string;
  conversation: string;
  target: string;
  on: boolean;
}
/**
 * The actor is told of nothing each day from `starts` to `ends` on the wall of `zone`.
 *
 * HH:MM; over midnight where `ends` is the earlier. `weekends`: nor on Saturdays and Sundays.
 * Without the three there are no quiet hours any more.
 */
export interface QuietHoursSet {
  type: "quiet_hours.set";
  event_id: string;
  conv: string;
  conv_seq: number;
  actor: string;
  at: string;
  zone?: string;
  starts?: string;
  ends?: string;
  weekends?: boolean;
}
/**
 * The hello was accepted. Replay follows, then `resumed`.
 *
 * `off_channel`: signs of another channel are looked for, and the client says so while one types;
 * to the firm's clients of their own words alone, never of what others write.
 * `orders`: in conversations with clients a banner says that orders are not taken here, with the
 * firm's words by language in `orders_banner`; `stop`: a client whose message reads like an order
 * is asked before it is sent. `complaints`: how they are taken. `calls`: what the firm uses for
 * calls, in its words by language. `kept_days`: of how many days conversations may stay on the
 * device; 0: of none. `lock_minutes`: after how many minutes without use the app locks at the
 * latest; 0: as the person chooses.
 */
export interface Welcome {
  t: "welcome";
  person: string;
  device: string;
  server_time: string;
  heartbeat_s: number;
  limits: Limits;
  recording: "behind" | "on" | "unavailable";
  off_channel?: boolean;
  orders?: "banner" | "off" | "stop";
  orders_banner?: {
    [k: string]: string | undefined;
  };
  complaints?: Complaints;
  calls?: {
    [k: string]: string | undefined;
  };
  kept_days?: number;
  lock_minutes?: number;
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
 * How complaints are taken: what they can be about, and in how many days they are answered.
 *
 * `working`: those are the firm's working days.
 */
export interface Complaints {
  days: number;
  categories: ComplaintCategory[];
  working?: boolean;
}
/**
 * What a complaint can be about; `words` by language.
 */
export interface ComplaintCategory {
  category: string;
  words: {
    [k: string]: string | undefined;
  };
}
/**
 * The replay is complete; what follows is live. State your positions again.
 */
export interface Resumed {
  t: "resumed";
  cursor: string;
}
/**
 * The command was not journaled and never will be; it may be discarded or sent again.
 *
 * `code` is stable; `retry_after` (seconds): the same id may be sent again after that. `outside`,
 * with `crossing_not_confirmed`: all from outside the firm who would get it, as it is now.
 */
export interface Nack {
  t: "nack";
  id: string;
  code: string;
  detail: string;
  retry_after?: number;
  outside?: string[];
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
 * What is no event: typing, presence, whether recording works, who waits. May be dropped.
 */
export interface Ephemeral {
  t: "ephemeral";
  items: (
    TypingNow | PresenceNow | DirectoryNow | RecordingNow | AnswersNow | WaitingNow | ScheduledNow
  )[];
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
 * Somebody came online, is away from every device that is connected, or went offline.
 */
export interface PresenceNow {
  k: "presence";
  person: string;
  state: "away" | "offline" | "online";
}
/**
 * Something about somebody is another (all that one sees of them), or the firm's name is.
 */
export interface DirectoryNow {
  k: "directory";
  person?: Person;
  firm?: string;
}
/**
 * Somebody, as others see them. `outside`: not of this firm.
 *
 * `picture`: GET /api/v1/pictures/{picture} has it, for those who see this person.
 */
export interface Person {
  id: string;
  name: string;
  kind: "bot" | "client" | "employee" | "system";
  org: string;
  role: string;
  outside: boolean;
  active?: boolean;
  picture?: string;
  status?: PersonStatus;
  away?: PersonAway;
  assurance?: Assurance;
  unserved?: boolean;
  title?: string;
  branch?: string;
}
/**
 * `quiet`: do not disturb. `until`: it is over then; absent: it holds until it is changed.
 */
export interface PersonStatus {
  text?: string;
  quiet?: boolean;
  until?: string;
}
/**
 * Out of office from `starts` until `until`; it may be still to come, or over.
 */
export interface PersonAway {
  starts: string;
  until: string;
}
/**
 * Recording became unavailable, or one of the firm's archives is behind, or it is on again.
 *
 * Nothing can be sent unless it is on.
 */
export interface RecordingNow {
  k: "recording";
  state: "behind" | "on" | "unavailable";
}
/**
 * To the firm's people in `conv`: since when its client waits for an answer; absent: not now.
 *
 * `alarm`: 1 once those who answer were told, 2 once administrators were too. Told after each
 * `resumed` for all that waits, and then what changes.
 */
export interface WaitingNow {
  k: "waiting";
  conv: string;
  since?: string;
  alarm?: 0 | 1 | 2;
}
/**
 * What this person has sent later is another list now: GET /api/v1/scheduled.
 */
export interface ScheduledNow {
  k: "scheduled";
}
/**
 * Sent every `heartbeat_s`, and for each `ping`; after twice that in silence, reconnect.
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
 * POST /api/v1/admin/requests/{id}/approve. The body may be absent.
 *
 * `code`: of a role that waits for its person, the digits that their own screen shows
 * (rest.RoleCode). They read it to the administrator, who thereby knows that they met them.
 */
export interface Approval {
  code?: string;
}
/**
 * What one administrator, or a client's advisor, asked for and another approves.
 *
 * Until `expires_at`. `wanted`: to add somebody, change who they are, let them sign in again, a
 * new sign-in link (`place`) for them, or a client's reset. `name`: whom it is about. `own`: the
 * reader asked for it; `about_oneself`: it is about the reader; `came_by_link_of_reader`: they
 * came by a link that was shown to the reader; none of these may approve it.
 */
export interface ApprovalRequest {
  id: string;
  wanted: "activate" | "add" | "change" | "link" | "reset";
  name: string;
  asked_by: string;
  asked_at: string;
  expires_at: string;
  own: boolean;
  about_oneself: boolean;
  changes: RequestedChange[];
  person?: string;
  place?: "chat" | "console";
  alike?: string[];
  org_alike?: string[];
  provenance?: Provenance;
  waits_for?: "code" | "password" | "sign_in" | "username";
  came_by_link_of_reader?: boolean;
}
/**
 * A part of a request: what somebody's `name`, say, is (absent: nothing) and would be.
 */
export interface RequestedChange {
  field:
    | "branch"
    | "kind"
    | "locale"
    | "mail"
    | "name"
    | "org"
    | "phone"
    | "role"
    | "title"
    | "username";
  after: string;
  before?: string;
}
/**
 * Where an account comes from, as the stream `identity` has it; what is absent is not there.
 *
 * `links`: the first that each administrator made before the person signed in. `enrolled`: they
 * have signed in once. `by_asker`: what of it who asks for this did, asked for or approved; empty
 * for a client's reset, whom their advisor usually added.
 */
export interface Provenance {
  links: ProvenanceStep[];
  enrolled: boolean;
  by_asker: ("added" | "link")[];
  added?: ProvenanceStep;
  first_sign_in?: FirstSignIn;
}
/**
 * Who added somebody, or made a link for them. Without `by`: on the server's own shell.
 *
 * `asked_by`: who asked for it, where `by` approved it.
 */
export interface ProvenanceStep {
  at: string;
  by?: string;
  asked_by?: string;
}
/**
 * When, how and where somebody first signed in; `address` as far as it is recorded.
 */
export interface FirstSignIn {
  at: string;
  auth: "advisor_confirmed" | "code" | "link" | "passkey" | "password" | "token";
  device: string;
  address?: string;
}
/**
 * GET /api/v1/admin/requests: what waits, the oldest first.
 *
 * POST …/requests/{id}/approve does it, 200 with an Approved; POST …/decline and, by who asked,
 * DELETE …/requests/{id} end it, 204. Refusals: `no_such_request` (it is over, too),
 * `own_request`, `about_oneself`, `advisor_of_yours` (a reset, of an advisor whom the reader made
 * theirs), `not_yours`, and as doing it is refused; of a role that waits for its person
 * `role_waits`, `link_of_yours`, `bad_role_code`, `too_many_attempts`.
 */
export interface ApprovalRequests {
  requests: ApprovalRequest[];
}
/**
 * What an approval did: the Account as it is now, and the link that was asked for, once.
 */
export interface Approved {
  account: Account;
  link?: MadeLink;
}
/**
 * The whole address; its secret stands in the fragment. It works once, until `expires_at`.
 */
export interface MadeLink {
  url: string;
  expires_at: string;
}
/**
 * A file of a message (`event`). preview is 1600 pixels at most, thumb 320; both are WebP.
 */
export interface AskLink {
  event: string;
  file: string;
  variant?: "original" | "preview" | "thumb";
}
/**
 * Where can these be read?
 */
export interface AskLinks {
  /**
   * @maxItems 50
   */
  links: AskLink[];
}
/**
 * GET /api/v1/logins/{code}, by somebody signed in with a browser: what asks to be let in.
 *
 * The code is compared without regard to case and hyphens. `no_such_login` (404).
 */
export interface AskedLogin {
  code: string;
  device: string;
  address: string;
  asked_at: string;
  expires_at: string;
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
  people_tag: string;
  quiet_hours?: QuietHours;
}
/**
 * GET /api/v1/me, and the answer to a sign-in.
 *
 * `notice`: to be accepted first; until then there is no ticket (`notice_required`). It is in
 * their language, or with `?locale=` in that one, where there is such a text.
 * `firm_picture`: GET /api/v1/pictures/{firm_picture} has it.
 */
export interface Me {
  person: Person;
  device: string;
  session: string;
  firm: string;
  locale?: string;
  notice?: Notice;
  verification_due?: boolean;
  firm_picture?: string;
  locked?: boolean;
  account_notices?: AccountNotice[];
  password?: "due" | "open" | "set";
  role_waits?: RoleWaits;
}
/**
 * What a client accepts before the first message: that everything is recorded.
 *
 * `text` is paragraphs, an empty line between them; `sha256` is of title, line feed and text.
 */
export interface Notice {
  locale: "en" | "pl";
  title: string;
  text: string;
  sha256: string;
  again?: boolean;
}
/**
 * A role that waits for its person, until `expires_at`, since an administrator asked for it.
 *
 * A second administrator approves it with a code that its person reads to them (RoleCode).
 * `chosen`: they chose their password in this session; else they choose another one first.
 */
export interface RoleWaits {
  role: "administrator" | "auditor" | "compliance";
  asked_by: string;
  expires_at: string;
  chosen: boolean;
}
/**
 * A conversation as this person sees it. `left`: no longer a member, reads up to the end.
 *
 * `ended`: the other member of a direct one has left; nothing can be sent.
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
  ended?: boolean;
  title?: string;
  preview?: Preview;
  relationship?: Relationship;
  complaints?: Complaint[];
  group?: GroupShown;
  mentioned?: number;
  marks?: Marks;
}
/**
 * A member of a conversation with their positions over msg_no.
 */
export interface Member {
  person: string;
  read: number;
  delivered: number;
  joined_at: string;
  joined_seq?: number;
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
  files?: WireFile[];
}
/**
 * Whose a conversation with a client is: its owner answers, and who stands in for them.
 *
 * `read`, `delivered`: up to where the firm's people have read or received it, those who have left
 * among them: who takes over does not undo for the client that a message was read.
 */
export interface Relationship {
  client: string;
  owner: string;
  delegates: Delegate[];
  read?: number;
  delivered?: number;
}
/**
 * Somebody who stands in for the owner; not `active`: not yet. `id`: the event that said so.
 */
export interface Delegate {
  id: string;
  person: string;
  starts: string;
  ends: string;
  active: boolean;
}
/**
 * A complaint in a conversation; its `id` is the event that filed it, which has the reason.
 *
 * Without a `target` (a message) it is about the whole conversation, or, if `unseen`, about a
 * message that this person does not see. `due`: answered by then.
 */
export interface Complaint {
  id: string;
  reference: string;
  category: string;
  about: string;
  person: string;
  at: string;
  due: string;
  state: "answered" | "open" | "withdrawn";
  target?: string;
  unseen?: boolean;
  closed_at?: string;
  closed_by?: string;
}
/**
 * What is decided about a group. Where no admin has an account, all of the firm are as admins.
 *
 * `admins_only`: only admins write. GET /api/v1/pictures/{picture} has the picture.
 */
export interface GroupShown {
  admins: string[];
  admins_only?: boolean;
  description?: string;
  picture?: string;
  link?: LinkShown;
}
/**
 * A group's link, without its secret. `id`: the event that made it; `uses`: who came by it.
 */
export interface LinkShown {
  id: string;
  by: string;
  until: string;
  uses: number;
}
/**
 * How a conversation stands in this person's list.
 *
 * `pinned`: the lowest number is on top. `muted`: until `muted_until`, or for good; `level`
 * mentions: those come through. `archived`: put aside up to this msg_no; a later message brings
 * it back, unless it is muted. `unread`: to
 * be looked at again, whatever was read.
 */
export interface Marks {
  pinned?: number;
  muted?: boolean;
  muted_until?: string;
  archived?: number;
  unread?: boolean;
  level?: "mentions";
}
/**
 * When somebody is told of nothing, each day on the wall of `zone` (see `quiet_hours`).
 */
export interface QuietHours {
  zone: string;
  starts: string;
  ends: string;
  weekends?: boolean;
}
/**
 * What became of it: its record, to whom it was said, and to whom it could not be.
 */
export interface Broadcast {
  event: string;
  said: string[];
  missed: string[];
}
/**
 * A case of this officer. `records` is how many its own stream has, the opening included.
 */
export interface Case {
  id: string;
  reason: string;
  opened_at: string;
  last_at: string;
  records: number;
}
/**
 * GET /api/v1/cases/{case}?before=&limit=: the case and its own records, the newest first.
 *
 * `more`: there are older ones; ask with `before` = the lowest number here. `no_such_case` (404):
 * there is none, or it is another officer's.
 */
export interface CaseLooks {
  case: Case;
  looks: AccessRecord[];
  more: boolean;
}
/**
 * GET /api/v1/cases: this officer's cases, the last used first. Nobody sees another's.
 */
export interface Cases {
  cases: Case[];
}
/**
 * PUT /api/v1/admin/people/{id}: change who somebody is; what is absent stays as it is.
 *
 * Answered with the Account; 202 with an ApprovalRequest where a second administrator is needed:
 * once they have signed in, and for the roles compliance, auditor and administrator. These wait
 * until their person has signed in, and was met. A client's
 * address and user name are not changed here. Refusals: `bad_name`, `bad_body`, `username_taken`,
 * `no_such_person`, `second_administrator_needed` (they signed in just now: ask again).
 */
export interface ChangeAccount {
  name?: string;
  org?: string;
  role?: "administrator" | "advisor" | "auditor" | "client" | "compliance" | "employee";
  username?: string;
  mail?: string;
  locale?: string;
}
/**
 * POST /api/v1/admin/relationships/{conv}: as the chat's command `relationship`, 204.
 *
 * A group is handed over from the only one who answers there, or from nobody where nobody does.
 *
 * Refusals: `not_an_advisor`, `already_a_member`, `bad_period`, `no_such_delegation`,
 * `no_relationship`, `no_such_conversation`, `archive_unavailable`.
 */
export interface ChangeRelationship {
  id: string;
  op: "delegate" | "end" | "hand_over";
  person: string;
  history?: "all" | "new" | "since";
  since?: string;
  starts?: string;
  ends?: string;
}
/**
 * PUT /api/v1/me/password, 204: at first use and at any time; every other device signs out.
 *
 * `current` as `Me.password` says. Refusals: `bad_password`, `password_too_short`,
 * `password_too_long`, `password_common`, `code_instead` (a client), `too_many_attempts`,
 * `archive_unavailable`.
 */
export interface ChoosePassword {
  password: string;
  current?: string;
}
/**
 * POST /api/v1/logins/claim, by who asked. `no_such_login` (404): unknown or too late.
 */
export interface ClaimLogin {
  secret: string;
}
/**
 * What a client's reset came to, or whether one waits.
 *
 * `invite`, with its link: it was done at once, of a client who never signed in. `waiting`: it
 * waits. Neither: none waits.
 */
export interface ClientReset {
  invite?: Invite;
  waiting?: WaitingReset;
}
/**
 * An invite as its advisor sees it.
 *
 * `link` only in the answer to the request that made it: the address to show as a QR code or to
 * copy; and `org_alike`: the firm's names for which the client's `org`, or theirs without one,
 * could be taken. `sent`: whether the mail or SMS with the newest link was handed over; false too
 * where the service stopped meanwhile and nobody knows. `person` once accepted.
 */
export interface Invite {
  id: string;
  name: string;
  address: string;
  locale: "en" | "pl";
  way: "mail" | "screen" | "sms";
  state: "accepted" | "expired" | "left" | "open" | "revoked" | "superseded";
  created_at: string;
  expires_at: string;
  org?: string;
  person?: string;
  link?: string;
  org_alike?: string[];
  sent?: boolean;
}
/**
 * A reset that waits. `advisor`: who asked for it.
 *
 * `takes_effect_at`: until then the client can stop it; absent: an administrator approves it.
 */
export interface WaitingReset {
  advisor: string;
  asked_at: string;
  takes_effect_at?: string;
}
/**
 * POST /api/v1/reports/{number}/close: how it ended, in a word or some.
 */
export interface CloseReport {
  text: string;
}
/**
 * A code of `digits` digits is on its way; for an address that nobody has, none is.
 *
 * It works for `expires_in` seconds; another one can be asked for after `again_in` seconds.
 */
export interface CodeSent {
  address: string;
  way: "mail" | "sms";
  digits: number;
  expires_in: number;
  again_in: number;
}
/**
 * The mail address or phone number of a client who comes back.
 */
export interface CodeWish {
  address: string;
}
/**
 * GET /api/v1/complaints/figures (compliance). `unread`: not in an own list yet.
 *
 * Those that were closed before any officer's list had them count as well.
 */
export interface ComplaintFigures {
  open: number;
  overdue: number;
  unread: number;
}
/**
 * GET /api/v1/complaints?state=&person=&category=&reference=&offset=&limit= (compliance).
 *
 * The open ones come first, by the day that they are to be answered by; then the others, the last
 * closed first. `person`: they are or were in the conversation. `reference`: it contains this.
 * `open` and `overdue` are of all complaints, `categories` what can be chosen today. `more`: there
 * are more than `limit` (default 50, at most 200). `upto`: how the archive stood; a reader who
 * has seen the list says so with it. `zone`: the firm's, in which the days are counted; times are
 * UTC.
 */
export interface ComplaintList {
  complaints: ListedComplaint[];
  open: number;
  overdue: number;
  categories: ComplaintCategory[];
  more: boolean;
  upto: number;
  zone: string;
}
/**
 * A complaint without any text: its reason is in the conversation, under `conv_seq`.
 *
 * `person` filed it; `target_seq` is the number of the message that it is about, absent where it
 * is about the whole conversation. `about` is its category in the words that it was chosen by.
 */
export interface ListedComplaint {
  id: string;
  reference: string;
  category: string;
  about: string;
  person: string;
  conversation: ConversationChoice;
  conv_seq: number;
  at: string;
  due: string;
  state: "answered" | "open" | "withdrawn";
  overdue: boolean;
  target_seq?: number;
  closed_at?: string;
  closed_by?: string;
}
/**
 * A conversation to pick. `members` are present ones, `former` those who were in it before.
 *
 * `last_seq` is the number of its newest record; `outside`: somebody in it is not of the firm.
 * `personal`: what its one member noted for themself (marks, stars, quiet hours); those come last.
 */
export interface ConversationChoice {
  id: string;
  kind: "direct" | "group" | "personal";
  members: string[];
  former: string[];
  outside: boolean;
  last_seq: number;
  first_at: string;
  last_at: string;
  title?: string;
}
/**
 * POST /api/v1/complaints/seen: the list was seen as it stood at its `upto`.
 */
export interface ComplaintsSeen {
  upto: number;
}
/**
 * An advisor's word for a client. `how` they made sure.
 */
export interface ConfirmClient {
  how: "in_person" | "video" | "voice";
}
/**
 * GET /api/v1/conversations?person=&title=&limit=: the last active first.
 *
 * `person`: they are or were in it. `title`: it contains every word of this, as prefixes. `more`:
 * there are more than `limit` (default 50, at most 500); narrow it down.
 */
export interface ConversationChoices {
  conversations: ConversationChoice[];
  more: boolean;
}
/**
 * A client's own copy (archive_hooks/COPY.md). `done` and `total` are records.
 *
 * Once `ready`: `size` in bytes, `sha256` of the file, removed at `expires_at`. `failed`: `code`.
 */
export interface Copy {
  created_at: string;
  state: "failed" | "ready" | "running" | "waiting";
  done: number;
  total: number;
  language: "en" | "pl";
  size?: number;
  sha256?: string;
  expires_at?: string;
  code?: string;
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
 * A day as it will be. `holidays`: the names of what closes it, or a part of it.
 */
export interface DayAhead {
  date: string;
  hours: string[];
  holidays: string[];
}
/**
 * The next six weeks by a plan.
 */
export interface DaysAhead {
  ahead: DayAhead[];
}
/**
 * POST /api/v1/admin/people/{id}/deactivate: end an account, 200 with a LeftOpen.
 *
 * Whatever they still lead, own or cover, everything that lets them in has ended by then. The body
 * may be absent. `successor` takes over the clients' conversations that would be nobody's
 * otherwise; without, they wait as uncovered (Leavers). Refusals: `no_such_person`,
 * `last_administrator`, `not_an_advisor` (the successor is no active employee or advisor): nothing
 * has ended then.
 */
export interface Deactivation {
  successor?: string;
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
 * GET /api/v1/people: everybody, those whose account has ended as well, by name.
 */
export interface Directory {
  people: Person[];
}
/**
 * A receipt of one entry: when it came, and what the other side said, empty for nothing.
 */
export interface EntryReceipt {
  at: string;
  detail: string;
}
/**
 * GET /api/v1/admin/hooks/{name}/receipts/{entry}: an entry's receipts as they came.
 *
 * `wrong`: what is kept does not fit its hash, and none is told. Refusal: `no_receipt`.
 */
export interface EntryReceipts {
  receipts: EntryReceipt[];
  wrong?: string;
}
/**
 * An export. Its `number` is that of its record in the case's stream.
 *
 * `complete`: it proves that between its first and last number no record is missing (a range);
 * a search, and a broadcast with the messages that it became, prove what they contain. `done` and
 * `total` are records. Once `ready`: `size` in bytes, `sha256` of the file, removed at
 * `expires_at`. `failed`: `code`.
 */
export interface Export {
  number: number;
  created_at: string;
  state: "cancelled" | "failed" | "ready" | "running" | "waiting";
  what: "broadcast" | "range" | "search";
  complete: boolean;
  done: number;
  total: number;
  language: "en" | "pl";
  conversation?: string;
  first?: number;
  last?: number;
  search?: number;
  size?: number;
  sha256?: string;
  expires_at?: string;
  code?: string;
}
/**
 * GET /api/v1/cases/{case}/exports: those of this process that are not removed, newest first.
 *
 * GET …/exports/{number} is one of them; GET …/exports/{number}/bundle.zip the file (Range
 * requests continue an interrupted download); DELETE …/exports/{number} cancels or removes, 204.
 * After a restart there are none: export again.
 */
export interface Exports {
  exports: Export[];
}
/**
 * An address that works until `expires_at`, for as long as the file may be read; or a `code`.
 *
 * `no_such_file`: there is none, or not for this person, or no such variant of it;
 * `step_up_required`: a client shows with a code first that it is them.
 */
export interface FileLink {
  url?: string;
  expires_at?: string;
  code?: string;
}
/**
 * As many as were asked for, in that order.
 */
export interface FileLinks {
  links: FileLink[];
}
/**
 * A file of a message, or one that was stored; POST …/ranges/{number}/files opens it.
 */
export interface FileThen {
  blob_id: string;
  name: string;
  size: number;
  type: string;
  sha256: string;
  width?: number;
  height?: number;
  voice?: WireVoice;
}
/**
 * `sha256` of the bytes that were sent, in hex: checked where it is given.
 */
export interface FinishUpload {
  sha256?: string;
}
/**
 * Another name to be shown.
 */
export interface FirmName {
  name: string;
}
/**
 * GET /api/v1/admin/firm: what the firm is called and looks like on screen and in letters.
 *
 * `org`: the firm that employees belong to, a setting. PUT /api/v1/admin/firm with a FirmName
 * changes the name, 204; PUT /api/v1/admin/firm/picture the picture (as rest.PictureSet says),
 * DELETE takes it away, 204. The same for somebody's: PUT and DELETE
 * /api/v1/admin/people/{id}/picture. Refusals: `bad_name`, `bad_picture`, `no_such_person`.
 */
export interface FirmProfile {
  name: string;
  org: string;
  picture?: string;
}
/**
 * What the firm is called and looks like, for anyone who opens the page.
 *
 * `picture`: WebP in base64, at most 24 KiB of it, since who has no session cannot fetch any.
 */
export interface FirmSign {
  name: string;
  picture?: string;
}
/**
 * What readers were told of a message that was sent on; `kept` says where it comes from.
 */
export interface ForwardThen {
  at: string;
  actor?: string;
}
/**
 * GET /api/v1/search?q=&conv=&zone=&limit=: newest first.
 *
 * `q`: words, each found as a part of a word and in its English and Polish forms; "words beside
 * each other"; from: in: before: after: on: has:, whose days are those of `zone`. `cut`: there may
 * be older ones, for it stopped after reading very many.
 */
export interface Found {
  hits: Hit[];
  cut?: boolean;
}
/**
 * A found message; `marks` are [start, end) offsets of the words in UTF-16 units.
 *
 * The words may stand in the names of its `files`.
 */
export interface Hit {
  event_id: string;
  conv: string;
  conv_seq: number;
  actor: string;
  at: string;
  text: string;
  marks: [number, number][];
  files?: WireFile[];
}
/**
 * A hit: a message with every text that it ever had, or another event that says something.
 *
 * `type`: `message.sent`; `title.changed`, `conversation.created` (its first title); any other
 * that says something in words, such as `complaint.filed`: its text has a line for each of them;
 * `broadcast.sent`, whose `conversation` is `broadcast:` and its event_id: open that.
 */
export interface FoundMessage {
  event_id: string;
  type: string;
  conversation: string;
  conv_seq: number;
  at: string;
  actor: PersonThen;
  versions: Version[];
  msg_no?: number;
  removed?: Removal;
  title?: string;
}
/**
 * One text that a message had. `marks`: [start, end) of the words found, UTF-16 units.
 *
 * The first is the message itself, later ones are edits. `matches`: it has every word.
 */
export interface Version {
  event_id: string;
  conv_seq: number;
  at: string;
  actor: PersonThen;
  text: string;
  marks: [number, number][];
  matches: boolean;
}
/**
 * That a message was removed from view, when and by whom.
 */
export interface Removal {
  event_id: string;
  conv_seq: number;
  at: string;
  actor: PersonThen;
}
/**
 * GET /api/v1/cases/{case}/searches/{number}?offset=&limit=: further hits of one's own search.
 *
 * limit: 50, at most 200. `look_over` (404): search again.
 */
export interface HitPage {
  offset: number;
  hits: FoundMessage[];
  more: boolean;
}
/**
 * A day on which nobody is there, or with `closed` the part of one.
 */
export interface Holiday {
  date: string;
  name: string;
  closed?: string;
}
/**
 * A calendar file (.ics), or lines such as `2026-12-24 12:00-24:00 Christmas Eve`.
 */
export interface HolidayText {
  text: string;
}
/**
 * The holidays in a text, by date.
 */
export interface Holidays {
  holidays: Holiday[];
}
/**
 * What the last comparison of a hook's other side found, among the entries below `end`.
 *
 * `named` are the first 100 of its `differences`. `doubles` counts entries that are there more
 * than once, which delivery at least once allows.
 */
export interface HookComparison {
  ended_at: string;
  end: number;
  differences: number;
  doubles: number;
  named: HookDifference[];
}
/**
 * An entry of a hook's other side that differs from the archive's: `found` says how.
 *
 * `missing`: not there or unreadable; `changed`: there with other bytes; `unknown`: there although
 * the hook does not get it; `unreceipted`: there, and its receipt is gone; `unread`: not compared,
 * for it can't be read back although others can. `received_at`: when the other side acknowledged
 * it last, absent where no receipt is kept.
 */
export interface HookDifference {
  archive_index: number;
  found: "changed" | "missing" | "unknown" | "unread" | "unreceipted";
  received_at?: string;
}
/**
 * Which records a hook gets alone: a member that is empty does not limit it.
 *
 * `classes` are retention classes. A word that ends with `*` stands for all that begin so.
 * `people`: records that one of them made, or that were made while they were a member.
 */
export interface HookLimits {
  classes: string[];
  streams: string[];
  types: string[];
  people: Named[];
}
/**
 * Somebody by their name.
 */
export interface Named {
  id: string;
  name: string;
}
/**
 * A hook since the start of the server.
 *
 * `cursor`: the archive_index up to which there are receipts; `backlog`: entries above it;
 * `rate`: entries a minute that it passed over the last five minutes, 0 while that is unknown;
 * `age_s`: seconds since the oldest record without a receipt was made; `blocked_streams`: how many
 * wait since the hook refused a record of theirs; `sealed_only`: records that should have gone out
 * opened and could only go sealed. `sees`: how much of a record it gets, `without` which fields of
 * that are left out, `plaintext` whether it gets whole records opened; `limits`: which it may see,
 * absent for all; `left_out`: records that it does not want or may not see. `receipts`: whether
 * the other side answers; where it does not, `cursor` says what was sent. `comparable`: whether
 * what the other side has can be read back; `compared`: the last time it was; `comparing`: the
 * entry that a comparison under way has reached; `comparison_error`: why it gets no further.
 * `received`: what the receipts that are kept come to, absent before the first.
 */
export interface HookState {
  name: string;
  state: "misconfigured" | "paused" | "retrying" | "running" | "starting" | "unreadable";
  plaintext: boolean;
  sees: "headers" | "plaintext" | "sealed";
  without: string[];
  cursor: number;
  backlog: number;
  rate: number;
  age_s: number;
  blocked_streams: number;
  delivered: number;
  failures: number;
  sealed_only: number;
  left_out: number;
  comparable: boolean;
  receipts: boolean;
  limits?: HookLimits;
  last_error?: string;
  compared?: HookComparison;
  comparing?: number;
  comparison_error?: string;
  received?: ReceiptsHeld;
}
/**
 * What the receipts of a hook that are kept come to: how many, the last one's time, their hash.
 *
 * `sha256` is the hash of the chain behind the last (docs/operations.md, Hooks).
 */
export interface ReceiptsHeld {
  count: number;
  at: string;
  sha256: string;
}
/**
 * GET /api/v1/admin/hooks: by name.
 *
 * POST /api/v1/admin/hooks/{name}/retry tries one now, 204; POST .../pause has one deliver
 * nothing until POST .../resume, 204; POST .../compare compares what its
 * other side has with the archive, 204 before that has ended. Refusal: `not_comparable`.
 */
export interface Hooks {
  hooks: HookState[];
}
/**
 * A plan that is not kept yet.
 */
export interface HoursDraft {
  plan: HoursPlan;
}
/**
 * A weekly plan in an IANA time zone, and holidays.
 */
export interface HoursPlan {
  zone: string;
  /**
   * @maxItems 7
   */
  week: string[][];
  /**
   * @maxItems 500
   */
  holidays: Holiday[];
}
/**
 * Add these people; `link_days`: how long each one's sign-in link works, 0: make none.
 */
export interface ImportBatch {
  /**
   * @maxItems 40
   */
  rows: NewAccount[];
  link_days?: number;
}
/**
 * POST /api/v1/admin/people: add somebody, 201 with the Account.
 *
 * They choose their password themself, when their first link lets them in. A `bot` acts by token,
 * never signs in; its `owner`, who adds it if nobody is named, makes its tokens. A client is
 * reached by `mail`, or by `phone` where there is no mail, which no other client has; codes go
 * there, and after a link as well. `advisor`, by id, user name or mail address, answers for a
 * client from the start; without, all advisors are offered them. Refusals: `username_taken`,
 * `bad_name`, `no_such_person` (the owner), `not_an_advisor`; of a client `address_missing`,
 * `bad_address`, `address_taken`. With the role compliance, auditor or administrator they are
 * added as an employee, and the role waits (ApprovalRequest) until they have signed in and a
 * second administrator has met them.
 */
export interface NewAccount {
  name: string;
  role: "administrator" | "advisor" | "auditor" | "client" | "compliance" | "employee";
  org: string;
  kind?: "bot" | "client" | "employee";
  username?: string;
  mail?: string;
  locale?: string;
  phone?: string;
  advisor?: string;
  owner?: string;
  title?: string;
  branch?: string;
}
/**
 * What is wrong with a row. `column`: where; absent: it is about the row as a whole.
 */
export interface ImportFault {
  fault:
    | "address_missing"
    | "address_taken"
    | "bad_language"
    | "bad_mail"
    | "bad_phone"
    | "bad_role"
    | "cells"
    | "missing"
    | "not_a_client"
    | "not_an_advisor"
    | "org_missing"
    | "quote"
    | "too_long"
    | "twice";
  column?:
    | "advisor"
    | "branch"
    | "language"
    | "mail"
    | "name"
    | "org"
    | "phone"
    | "role"
    | "title"
    | "username";
}
/**
 * What an import would do. `ignored`: columns that are not known.
 *
 * Refusals: `bad_table` (no such file, or its first line names no columns), `too_many_rows`.
 */
export interface ImportPreview {
  rows: ImportRow[];
  encoding: "utf-16" | "utf-8" | "windows-1250";
  ignored: string[];
}
/**
 * A row of the file. `new`: it can be added; `there`: somebody has this user name; `wrong`.
 *
 * `moved`: somebody has this user name, and another position than the row says.
 *
 * `line`: where it begins in the file, the first line being 1. `role` is absent where it is wrong.
 */
export interface ImportRow {
  line: number;
  state: "moved" | "new" | "there" | "wrong";
  username: string;
  name: string;
  org: string;
  faults: ImportFault[];
  role?: "administrator" | "advisor" | "auditor" | "client" | "compliance" | "employee";
  mail?: string;
  phone?: string;
  locale?: string;
  advisor?: string;
  alike?: string[];
  org_alike?: string[];
  title?: string;
  branch?: string;
}
/**
 * What became of a batch; `added`: how many of it, those whose role waits as well.
 */
export interface Imported {
  rows: ImportedRow[];
  added: number;
}
/**
 * What became of a row, in the order of the batch.
 *
 * `there`: nothing was changed. `moved`: the position was. `waiting`: added as an employee;
 * the role compliance, auditor or administrator waits until they have signed in and a second
 * administrator has met them (ApprovalRequest). `refused`: `code` says why; the others are added
 * all the same.
 */
export interface ImportedRow {
  username: string;
  state: "added" | "moved" | "refused" | "there" | "waiting";
  code?: string;
  detail?: string;
  link?: MadeLink;
}
/**
 * What the invited person is shown: who invites them, and the notice that they accept.
 *
 * Anyone who has the link sees this before any code, so it does not say whom. `address` is masked:
 * "e•••@example.com", "•••• 456". `way`: how the code comes. The pictures are WebP in base64,
 * since who has no session cannot fetch any.
 */
export interface Invitation {
  advisor: string;
  firm: string;
  address: string;
  way: "mail" | "sms";
  locale: "en" | "pl";
  notice: Notice;
  expires_at: string;
  advisor_id: string;
  advisor_title?: string;
  advisor_picture?: string;
  firm_picture?: string;
}
/**
 * How the new link of an invite goes out. The old one opens nothing more.
 */
export interface InviteAgain {
  way: "mail" | "screen" | "sms";
}
/**
 * The token of an invite's link. `locale`: the notice's, where it is not to be the invite's.
 */
export interface InviteToken {
  invite: string;
  locale?: "en" | "pl";
}
/**
 * The invites of the one who asks.
 */
export interface Invites {
  invites: Invite[];
}
/**
 * POST /api/v1/join. `id` as in a command frame; a retry gives the same answer.
 */
export interface JoinGroup {
  id: string;
  link: string;
}
/**
 * What a link opens, for the firm's people. `by`: who made it; `joined`: one is in already.
 */
export interface JoinOffer {
  conv: string;
  members: number;
  by: string;
  until: string;
  joined: boolean;
  title?: string;
  description?: string;
}
/**
 * POST /api/v1/join/offer: the secret of a link, which is what stands after `#join=` in it.
 */
export interface JoinToken {
  link: string;
}
/**
 * What became of a message within the range: an edit with its text, or (no text) a removal.
 */
export interface LaterChange {
  conv_seq: number;
  at: string;
  actor: PersonThen;
  text?: string;
}
/**
 * `confirmed`: the client has read what happens to the record.
 */
export interface Leave {
  confirmed: true;
}
/**
 * Somebody whose account ended, and what nobody takes over: clients, open invites, active bots.
 *
 * `since`: since when the first of the conversations is uncovered; absent for a few seconds.
 */
export interface Leaver {
  person: string;
  name: string;
  conversations: ServedClient[];
  invites: number;
  bots: string[];
  since?: string;
}
/**
 * A conversation with a client: whose it is, and who stands in.
 *
 * `group`: the name of a group in which `owner` is the last one of the firm who answers; `client`
 * is one of the clients there. Absent where client and advisor are alone.
 */
export interface ServedClient {
  conversation: string;
  client: string;
  name: string;
  owner: string;
  delegates: Delegate[];
  group?: string;
}
/**
 * GET /api/v1/admin/uncovered: by name. `alarm_hours`: when administrators get a letter.
 */
export interface Leavers {
  leavers: Leaver[];
  alarm_hours: number;
}
/**
 * GET /api/v1/admin/people/{id}/left-open: what somebody leads, owns or covers.
 *
 * `conversations`: clients' ones that would be nobody's. `invites`: open ones, whose links let
 * nobody in until somebody takes over. `groups`: those with no other admin,
 * where every member of the firm is as an admin once the account has ended. `bots`: theirs, by
 * name; their tokens end with the account. `scheduled`: messages that were not sent, since the
 * account ended. `cases`: an officer's; they stay theirs, and auditors read them. Refusal:
 * `no_such_person`.
 */
export interface LeftOpen {
  conversations: number;
  invites: number;
  groups: number;
  bots: string[];
  scheduled: number;
  cases: number;
}
/**
 * Whether a client is told by mail or SMS that something waits to be read.
 *
 * `address`: where to, so that its owner knows it and nobody else learns it, and `way` how.
 * Absent: no address is known, and no letter goes out.
 */
export interface LetterChoice {
  unread: boolean;
  way?: "mail" | "sms";
  address?: string;
}
/**
 * The same, to be chosen.
 */
export interface LetterWish {
  unread: boolean;
}
/**
 * Somebody opened the one-time link of `person` after it was used, and did not know of that.
 */
export interface LinkReport {
  id: string;
  person: string;
  name: string;
  used_at: string;
  device: string;
  address: string;
  reported_at: string;
}
/**
 * GET /api/v1/link-reports: those that nobody has closed, the newest first.
 *
 * For administrators and compliance. POST /api/v1/link-reports/{id}/close closes one, 204.
 * Refusal: `no_such_report`.
 */
export interface LinkReports {
  reports: LinkReport[];
}
/**
 * When and where a one-time link was used: on what device, from which address.
 */
export interface LinkUse {
  at: string;
  device: string;
  address: string;
}
/**
 * A report: `person` told it of a message of `author`; `number` is its place in the list.
 */
export interface ListedReport {
  number: number;
  reference: string;
  person: string;
  author: string;
  conversation: ConversationChoice;
  conv_seq: number;
  at: string;
  reason: "conduct" | "data" | "fraud" | "other" | "rules";
  handled: ReportHandled;
  text?: string;
}
/**
 * What became of a report: somebody looked at it, or closed it. Each is a record.
 */
export interface ReportHandled {
  looked?: ReportStep;
  closed?: ReportStep;
}
/**
 * Who of compliance did something about a report, and when; `text`: closed with this word.
 */
export interface ReportStep {
  person: string;
  at: string;
  text?: string;
}
/**
 * `code` is shown to the person, `secret` claims the sign-in; ask every `interval` seconds.
 */
export interface Login {
  code: string;
  secret: string;
  expires_in: number;
  interval: number;
}
/**
 * `confirmed` comes once, with a token for this listener (`Authorization: Bearer`).
 */
export interface LoginClaim {
  state: "confirmed" | "refused" | "waiting";
  token?: string;
  expires_at?: string;
  person?: Person;
}
/**
 * POST /api/v1/sign-in/link: ask whose a one-time link is; it works as before.
 *
 * Refusals as of POST /api/v1/sign-in: `bad_link`, `link_used`, `wrong_listener`,
 * `signed_in_as_other`, `too_many_attempts`.
 */
export interface LookAtLink {
  link: string;
  instead_of?: string;
}
/**
 * Each with its secret, this once, in the order of `bots`.
 */
export interface MadeTokens {
  tokens: OwnToken[];
}
/**
 * A token by which a script acts as this person, or the `bot` of theirs that it acts as.
 *
 * `used_at` is exact to a minute; without it the token was not used yet. `secret` only in the
 * answer that made it.
 */
export interface OwnToken {
  id: string;
  name: string;
  created_at: string;
  expires_at: string;
  used_at?: string;
  bot?: string;
  messages_per_minute?: number;
  burst?: number;
  secret?: string;
}
/**
 * A person's new position, as msg_no; `played`: voice notes of these messages.
 */
export interface Mark {
  person: string;
  read?: number;
  delivered?: number;
  played?: number[];
}
/**
 * Characters of the text that call somebody; without `person` everybody.
 */
export interface MentionThen {
  at: number;
  length: number;
  person?: string;
}
/**
 * GET /api/v1/messages/{event_id}/info
 *
 * A member who has read or received up to its `msg_no` has read or received it. One who joined
 * later, and was shown it, is among the `receipts` once they have.
 */
export interface MessageInfo {
  event_id: string;
  conv: string;
  conv_seq: number;
  msg_no: number;
  at: string;
  receipts: Receipt[];
  edits: number;
  archive?: "on the record";
}
/**
 * When the record first showed that a member had a message; absent: not yet.
 *
 * `played_at`: and played its voice note.
 */
export interface Receipt {
  person: string;
  delivered_at?: string;
  read_at?: string;
  played_at?: string;
}
/**
 * GET /api/v1/messages/{event_id}/origin: where a forwarded message comes from.
 *
 * Only for those who may read it there; to anybody else there is no such message.
 */
export interface MessageOrigin {
  event_id: string;
  conv: string;
  conv_seq: number;
}
/**
 * POST /api/v1/broadcasts. `id` as in a command frame; a retry says what is missing.
 */
export interface NewBroadcast {
  id: string;
  text: string;
  /**
   * @maxItems 200
   */
  recipients: string[];
}
/**
 * Ask for one's copy. While one is being made, the answer is that one.
 *
 * Refusals: `nothing_to_copy`, `rate_limited` (three at once, then one each 20 minutes).
 */
export interface NewCopy {
  language: "en" | "pl";
}
/**
 * POST /api/v1/cases/{case}/exports: recorded, then a bundle is made in the background, 202.
 *
 * Either `span`, or `search`: the number of a search of this case, whose recorded query is
 * executed again up to where it was then; it must find the same (`search_changed` otherwise).
 * `language` is that of transcript.html; `reason` is asked for as by OpenRange. Refusals: as for
 * ranges and searches;
 * `export_too_long` (more than 200,000 records), `too_many_exports` (an officer has 5 at most).
 */
export interface NewExport {
  span?: Span;
  search?: number;
  language?: "en" | "pl";
  reason?: string;
}
/**
 * Part of a conversation: by numbers (`first`, `last`) or by days; without either, all of it.
 *
 * The two are not mixed. What is recorded are the numbers that it came to. One broadcast is opened
 * whole, by `broadcast:` and its event_id; nothing opens those of everybody.
 */
export interface Span {
  conversation: string;
  first?: number;
  last?: number;
  from_day?: string;
  to_day?: string;
}
/**
 * Whom to invite. `address` is where codes go, by `screen` too. `org`: whom they act for.
 *
 * Where the address has an open invite this is refused (`already_invited`) unless it may stand
 * `besides` that.
 */
export interface NewInvite {
  name: string;
  address: string;
  locale: "en" | "pl";
  way: "mail" | "screen" | "sms";
  org?: string;
  besides?: boolean;
}
/**
 * POST /api/v1/admin/people/{id}/links: make a one-time sign-in link for one listener, 201.
 *
 * 202 with an ApprovalRequest for who has signed in once. Compliance, auditors and administrators
 * lose their role with it until a second administrator has met them, as when they got it: whoever
 * is handed a link could open it.
 */
export interface NewLink {
  place?: "chat" | "console";
}
/**
 * POST /api/v1/logins, by anybody: ask to be signed in. `device`: what to call it.
 */
export interface NewLogin {
  device: string;
}
/**
 * A new text. `text`: paragraphs with an empty line between them. `from_at`: absent, at once.
 *
 * Refusals: `bad_notice`, `bad_name` (the title), `bad_time`, `notice_same`,
 * `archive_unavailable`; for a withdrawal `no_such_notice`, `notice_in_force`.
 */
export interface NewNotice {
  locale: "en" | "pl";
  title: string;
  text: string;
  from_at?: string;
  kind?: "client" | "employee";
}
/**
 * What the browser made. `name`: of the device, for the list.
 */
export interface NewPasskey {
  client_data: string;
  attestation: string;
  name: string;
}
/**
 * POST /api/v1/admin/hooks/{name}/replay: deliver again from an archive_index on, 204.
 *
 * Never further on than the hook is. Refusals: `no_such_hook`, `nothing_to_replay`.
 */
export interface NewReplay {
  first: number;
}
/**
 * POST /api/v1/reports: tell compliance of a message that one sees. `id` as a command's.
 *
 * Nobody of the conversation learns of it. `text`: one's own words; needed with `other`.
 */
export interface NewReport {
  id: string;
  event: string;
  reason: "conduct" | "data" | "fraud" | "other" | "rules";
  text?: string;
}
/**
 * POST /api/v1/samples: what was drawn below `size`, and which records did not open.
 *
 * `seed` and `size` tell which records these were (onrecord_archive/reader/sample.py, draws).
 */
export interface NewSample {
  size: number;
  seed: string;
  count: number;
  /**
   * @maxItems 1000
   */
  failed: number[];
}
/**
 * POST /api/v1/scheduled: say `text` in `conv` at a time, at most 366 days from now.
 *
 * `files` are of POST /api/v1/uploads/{upload}/finish, as with `send`: then `text` may be empty,
 * and `outside` names who gets them, now and when they are sent. If somebody else from
 * outside joins meanwhile, the message comes back, refused (`crossing_not_confirmed`).
 *
 * `id` as in a command frame: the message has it on the record. The same again gives the same
 * answer, another message under a known id is `id_reuse`.
 */
export interface NewScheduled {
  id: string;
  conv: string;
  text: string;
  at: string;
  reply_to?: string;
  /**
   * @maxItems 10
   */
  files?: string[];
  /**
   * @maxItems 1500
   */
  outside?: string[];
}
/**
 * POST /api/v1/tokens, 201: make a token of one's own, or one for each of one's `bots`.
 *
 * `password`: one's own, typed anew. They work for `days`, 90 unless it says another number of 1
 * to 365, or until revoked. `messages_per_minute` and `burst` replace the limits of whom they act
 * as, both or none of them; only a bot's may be above these. Refusals: `bad_password`,
 * `too_many_attempts`, `bad_name`, `bad_lifetime`, `bad_rate`, `token_of_another`,
 * `no_such_person`, `session_needed` (a token makes no token), `archive_unavailable`.
 */
export interface NewTokens {
  name: string;
  password: string;
  /**
   * @maxItems 200
   */
  bots?: string[];
  days?: number;
  messages_per_minute?: number;
  burst?: number;
}
/**
 * `id` as in a command frame: the same for each retry. `conv`: where it is to be sent.
 *
 * `voice`: it is a voice note, which is a sound.
 */
export interface NewUpload {
  id: string;
  conv: string;
  name: string;
  size: number;
  voice?: WireVoice;
}
/**
 * Every kind, in every language that the product speaks.
 */
export interface NoticeHistories {
  languages: NoticeHistory[];
}
/**
 * A language's versions, the last to take effect first.
 */
export interface NoticeHistory {
  kind: "client" | "employee";
  locale: "en" | "pl";
  versions: NoticeVersion[];
}
/**
 * A text of a notice. `sha256` is of title, line feed and text, and names it on the record.
 *
 * `accepted`: how many have accepted it. Without an `id` it is the text of the settings,
 * or the one that is built in; nobody published it.
 */
export interface NoticeVersion {
  state: "in_force" | "past" | "planned" | "withdrawn";
  locale: "en" | "pl";
  title: string;
  text: string;
  sha256: string;
  accepted: number;
  id?: string;
  from_at?: string;
  by?: string;
}
/**
 * The firm's hours; without a plan it is always there. `ahead`: the next six weeks.
 */
export interface OfficeHours {
  version: string;
  texts: HoursTexts;
  ahead: DayAhead[];
  plan?: HoursPlan;
}
/**
 * POST /api/v1/cases: open a case, 201. The same officer and reason again: the same case, 200.
 *
 * `case_exists` (409): this id was used, by somebody else or for another reason.
 */
export interface OpenCase {
  id: string;
  reason: string;
}
/**
 * POST /api/v1/cases/{case}/ranges/{number}/files: recorded, then an address for some minutes.
 *
 * The record `conv_seq` of the range lists the `file`.
 */
export interface OpenFile {
  conv_seq: number;
  file: string;
  variant?: "original" | "preview" | "thumb";
}
/**
 * An invite of one's own that is open, and until when.
 */
export interface OpenInvite {
  id: string;
  expires_at: string;
}
/**
 * POST /api/v1/cases/{case}/ranges: recorded, then open to be read in pages.
 *
 * `reason`: why this look; without it the case's own. A conversation (or broadcast) is inside the
 * case once a search of the case by people or by a word of three letters or more found something
 * in it, or an earlier look of the case named it; one outside takes a reason that is not the
 * case's (`reason_needed`, 409: ask for it, and send the same again with it). It is recorded as
 * one line.
 *
 * Refusals: `no_such_conversation`, `nothing_there` (no record in these days or numbers),
 * `range_too_long` (more than 10,000 records: narrow it, or export), `bad_range`, `bad_day`,
 * `no_such_case`, `archive_unavailable`.
 */
export interface OpenRange {
  conversation: string;
  first?: number;
  last?: number;
  from_day?: string;
  to_day?: string;
  reason?: string;
}
/**
 * A place where somebody is signed in.
 *
 * `auth`: how they proved who they are. `connected`: it has a socket now. `own`: it is the one
 * that asks. `address`: where it was opened from, as far as that is known.
 */
export interface OpenSession {
  id: string;
  place: "chat" | "console";
  device: string;
  name: string;
  auth: "advisor_confirmed" | "code" | "link" | "passkey" | "password" | "token";
  signed_in_at: string;
  seen_at: string;
  expires_at: string;
  connected: boolean;
  own: boolean;
  address?: string;
}
/**
 * A range that is open to be read, and how it stands on the record.
 *
 * `count` is last - first + 1: nothing is missing. `members`: who was in the conversation when it
 * began (just before `first`), as they were named that day. `people`: everybody whom the records
 * name. `read_marks` as far as the records of the range state them.
 */
export interface OpenedRange {
  number: number;
  recorded_at: string;
  conversation: string;
  kind: string;
  first: number;
  last: number;
  count: number;
  members: PersonThen[];
  people: Presence[];
  read_marks: ReadMark[];
  title?: string;
}
/**
 * Somebody under one name and role, and the first and last conv_seq here that says so.
 */
export interface Presence {
  person: PersonThen;
  first: number;
  last: number;
}
/**
 * How far a person had read and received at the end of the range, as msg_no.
 */
export interface ReadMark {
  person: PersonThen;
  read?: number;
  delivered?: number;
}
/**
 * A bot that this person answers for.
 */
export interface OwnBot {
  id: string;
  name: string;
}
/**
 * What somebody has otherwise than the firm; `firm`: the firm's own plan.
 */
export interface OwnHours {
  zone?: string;
  week?: string[][];
  away?: Absence;
  firm?: HoursPlan;
}
/**
 * GET /api/v1/tokens: one's own and one's bots' that are not revoked, the newest first.
 *
 * DELETE /api/v1/tokens/{token} revokes one, whose sockets close at once; those left come back.
 */
export interface OwnTokens {
  tokens: OwnToken[];
  bots: OwnBot[];
}
/**
 * One of the person's passkeys.
 */
export interface Passkey {
  id: string;
  name: string;
  created_at: string;
  used_at?: string;
}
/**
 * What a passkey is to sign; it works once, for `expires_in` seconds.
 */
export interface PasskeyQuestion {
  challenge: string;
  rp_id: string;
  expires_in: number;
}
/**
 * What the browser answers.
 */
export interface PasskeySignIn {
  id: string;
  client_data: string;
  authenticator_data: string;
  signature: string;
  user: string;
  device?: string;
  instead_of?: string;
}
/**
 * What to make a passkey from. `known`: those that the person has; not to be made again.
 */
export interface PasskeyWish {
  challenge: string;
  rp_id: string;
  rp_name: string;
  user: string;
  user_name: string;
  algorithms: number[];
  known: string[];
  expires_in: number;
}
/**
 * All of them, the oldest first.
 */
export interface Passkeys {
  passkeys: Passkey[];
}
/**
 * When one of the firm's people is there, for the others; never for clients.
 *
 * `zone` and `week`: theirs, or else the firm's; absent: nothing is set. `away_until`: they are
 * out of office now. `there`: whether they are in now, holidays counted.
 */
export interface PersonHours {
  there: boolean;
  zone?: string;
  week?: string[][];
  away_until?: string;
}
/**
 * PUT /api/v1/me/picture with a PNG, JPEG or WebP of at most 8 MiB as its body.
 *
 * What is kept and shown is a square of 256 pixels, made from it; `picture` names it. DELETE takes
 * it away, 204. Refusals: `bad_picture`, `archive_unavailable`.
 */
export interface PictureSet {
  picture: string;
}
/**
 * What the firm's rules noted about a message or an edit: record `number` of stream `policy`.
 *
 * `type`: off_channel.hint, orders.hint; `signs`: the kinds of what was found, never the text.
 */
export interface PolicyNote {
  archive_index: number;
  number: number;
  event_id: string;
  type: string;
  at: string;
  signs: string[];
}
/**
 * PUT /api/v1/admin/people/{id}/position: what somebody does, and where in the firm.
 *
 * Answered with the Account; what is absent is said no more. Refusals: `bad_name`,
 * `no_such_person`, `archive_unavailable`.
 */
export interface Position {
  title?: string;
  branch?: string;
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
  offset?: number;
  invite?: OpenInvite;
  switch?: SwitchOfPerson;
  part?: string;
  outside?: string[];
  used?: LinkUse;
}
/**
 * Who is signed in in this browser, and who signs in instead, by a link or any other way.
 */
export interface SwitchOfPerson {
  here: Named;
  link: Named;
}
/**
 * The code that was sent.
 */
export interface Proof {
  code: string;
}
/**
 * GET /api/v1/push. `key`: what a browser subscribes for; absent: there are none here.
 *
 * `names`: who wrote may be shown, where the person wishes it.
 */
export interface PushOffer {
  key?: string;
  names?: boolean;
}
/**
 * PUT /api/v1/push, 204: what a browser gave (PushSubscription), and how it is told.
 */
export interface PushWish {
  endpoint: string;
  p256dh: string;
  auth: string;
  locale: "en" | "pl";
  named?: boolean;
}
/**
 * POST /api/v1/cases/{case}/searches: executed, recorded, then answered with the first page.
 *
 * At least one of words, person, conversation and a day. `words`: every word, as a prefix, in one
 * version of a text. A message that was edited or removed is found by each text that it ever had.
 * `person`: what they wrote (`author`), or what they wrote or could read as a member (`member`,
 * the default); with `people` what any of them did. For its author a broadcast is found as such;
 * for its recipients, as a message.
 * `reason`: why this look; without it the case's own. A `conversation` outside the case takes one
 * of its own, as OpenRange says.
 *
 * Refusals: `reason_needed` (409), `query_empty`, `query_without_words`, `query_not_understood`,
 * `bad_day`, `no_such_person`, `no_such_conversation`, `too_many_hits` (narrow it down),
 * `no_such_case`, `archive_unavailable`.
 */
export interface Query {
  words?: string;
  person?: string;
  /**
   * @maxItems 20
   */
  people?: string[];
  person_as?: "author" | "member";
  conversation?: string;
  from_day?: string;
  to_day?: string;
  reason?: string;
}
/**
 * The message that a reply answers, as it read when the reply was written.
 */
export interface QuoteThen {
  event_id: string;
  conv_seq: number;
  actor: string;
  text?: string;
}
/**
 * Receipts that came one after another, from `began_at` to `ended_at`.
 *
 * They are for entries from `first` to before `end`: all of them, if `count` is that many and none
 * was delivered twice. `number` counts the hook's receipts before; `sha256` is the hash of the
 * chain behind the last of them.
 */
export interface ReceiptRange {
  number: number;
  count: number;
  first: number;
  end: number;
  began_at: string;
  ended_at: string;
  sha256: string;
}
/**
 * GET /api/v1/admin/hooks/{name}/receipts: the newest first; `before` a number for others.
 */
export interface ReceiptRanges {
  ranges: ReceiptRange[];
}
/**
 * GET /api/v1/admin/hooks/{name}/receipt-check: some receipts held against hashes and leaves.
 *
 * Those from the number `after` on (0 for all), to before `end`; `more`: there are more, to be
 * asked for `after` that. `wrong` says what does not fit. `sha256`: the hash of the chain there.
 */
export interface ReceiptsChecked {
  end: number;
  more: boolean;
  sha256: string;
  wrong?: string;
}
/**
 * Whom a broadcast went to, and the message that it became for them.
 *
 * Without `conversation` there is no such message: it was not said to them, or not yet.
 */
export interface RecipientThen {
  person: string;
  event_id: string;
  conversation?: string;
  conv_seq?: number;
}
/**
 * POST /api/v1/sign-in/link/report, 204: somebody else used this link.
 *
 * A record, which administrators and compliance see. Refusals: `bad_link`, `too_many_attempts`.
 */
export interface ReportLink {
  link: string;
}
/**
 * GET /api/v1/reports?before=&limit=&state= (compliance), the newest first.
 *
 * Which ones were read is a record of the stream `identity` before they show.
 */
export interface ReportList {
  reports: ListedReport[];
  more: boolean;
}
/**
 * It is on the record, for compliance. `reference` is what people call it.
 */
export interface Reported {
  reference: string;
  at: string;
}
/**
 * Reset a client's access. `address`: their new one; absent: it is still theirs.
 *
 * `way`: how the link goes out, as for an invite.
 */
export interface ResetClient {
  way: "mail" | "screen" | "sms";
  address?: string;
}
/**
 * What the page of such a link shows.
 *
 * `state`: it waits and can be stopped; it was `stopped`; or it is `over`: it took effect, or was
 * withdrawn or declined.
 */
export interface ResetToStop {
  firm: string;
  reset: WaitingReset;
  state: "over" | "stopped" | "waiting";
}
/**
 * The secret of the link in the letter about a reset.
 */
export interface ResetToken {
  token: string;
}
/**
 * POST /api/v1/me/role-code, 201: digits to read to the administrator who approves one's role.
 *
 * By phone or face to face, to an administrator whom one knows. They work once, until
 * `expires_at`; a new code ends the one before. Refusals: `no_role_waits`, `new_password_needed`
 * (it was chosen in another session), `too_many_attempts`, `archive_unavailable`.
 */
export interface RoleCode {
  code: string;
  expires_at: string;
}
/**
 * 201: its record's number in the stream `config`.
 */
export interface Sample {
  number: number;
  recorded_at: string;
}
/**
 * A message that waits for its time. It is on no record yet, and nobody else sees it.
 *
 * `sending`: its time has come. `refused`: it could not be sent then, for the reason `code`; it
 * stays until it is changed, sent again or taken back, and no longer than `kept_until`. `outside`
 * are the people outside the firm whom its sender named.
 */
export interface Scheduled {
  id: string;
  conv: string;
  text: string;
  at: string;
  written_at: string;
  state: "refused" | "sending" | "waiting";
  reply_to?: string;
  files?: WireFile[];
  code?: string;
  detail?: string;
  kept_until?: string;
  outside?: string[];
}
/**
 * PUT /api/v1/scheduled/{scheduled}: another text or time; what is absent, and files, stay.
 *
 * With files, `outside` as when it was planned, where somebody else is there by now.
 */
export interface ScheduledChange {
  text?: string;
  at?: string;
  /**
   * @maxItems 1500
   */
  outside?: string[];
}
/**
 * GET /api/v1/scheduled: this person's, the next one first.
 */
export interface ScheduledList {
  scheduled: Scheduled[];
}
/**
 * What a search found, and how it stands on the record. Hits are the newest first.
 *
 * `number` names the search in its case. `count` are the hits, `records` all records of their
 * chains, `sha256` the hash over the records' event_ids as recorded, `upto` the archive_index
 * below which was searched. `hits` is the first page; `more`: there are further ones.
 */
export interface SearchResult {
  number: number;
  recorded_at: string;
  count: number;
  records: number;
  sha256: string;
  upto: number;
  hits: FoundMessage[];
  more: boolean;
}
/**
 * POST /api/v1/scheduled/{scheduled}/send, without a body or with a new `outside`.
 */
export interface SendScheduled {
  /**
   * @maxItems 1500
   */
  outside?: string[];
}
/**
 * GET /api/v1/admin/people/{id}/relationships: theirs, and those where they stand in.
 */
export interface ServedClients {
  relationships: ServedClient[];
}
/**
 * GET /api/v1/admin/people/{id}/sessions: the last seen first.
 *
 * DELETE …/sessions/{session} ends one, DELETE …/sessions all of them, 204: their sockets close
 * at once. Refusals: `no_such_person`, `no_such_device`.
 */
export interface SessionList {
  sessions: OpenSession[];
}
/**
 * Out of office from `starts` (absent: now) until `until`.
 */
export interface SetAway {
  until: string;
  starts?: string;
  texts?: HoursTexts1;
}
/**
 * What is said while nobody is there, by language; absent: what comes with OnRecord.
 */
export interface HoursTexts1 {
  en?: string;
  pl?: string;
}
/**
 * All of the firm's hours. `replaces`: the version that they were made from.
 */
export interface SetOfficeHours {
  replaces: string;
  plan?: HoursPlan;
  texts?: HoursTexts2;
}
/**
 * What is said while nobody is there, by language; absent: what comes with OnRecord.
 */
export interface HoursTexts2 {
  en?: string;
  pl?: string;
}
/**
 * A week of one's own; without one, the firm's.
 */
export interface SetOwnHours {
  zone?: string;
  /**
   * @maxItems 7
   */
  week?: string[][];
}
/**
 * PUT /api/v1/me/status, 204: do not disturb, a few words, until when.
 */
export interface SetStatus {
  text?: string;
  quiet?: boolean;
  until?: string;
}
/**
 * POST /api/v1/sign-in: name and password, a one-time link's token, or a client's code.
 */
export interface SignIn {
  username?: string;
  password?: string;
  link?: string;
  address?: string;
  code?: string;
  device?: string;
  instead_of?: string;
}
/**
 * GET /api/v1/stars?conv=&before=&limit=: the newest star first, without marks.
 *
 * `next`: `before` for the page of older ones; absent: there are none. It stays good whatever is
 * starred or unstarred meanwhile.
 */
export interface Starred {
  hits: Hit[];
  next?: number;
}
/**
 * The file is in the archive: `send` it by its id.
 */
export interface Stored {
  file: WireFile;
}
/**
 * POST /api/v1/admin/people/{id}/successor: who takes over from a leaver, 204.
 *
 * All clients' conversations that they left pass within seconds, and their open invites. Again,
 * for another one: what has not passed yet. Refusals: `no_such_person`, `account_active` (they
 * have not left), `not_an_advisor`, `archive_unavailable`.
 */
export interface Succession {
  successor: string;
}
/**
 * GET /api/v1/streams/{id}/records?before=&limit= (auditors): the newest first.
 *
 * limit: 100, at most 500. `no_such_stream` (404): there is none, or it is a conversation.
 */
export interface SystemRecords {
  records: AccessRecord[];
  more: boolean;
}
/**
 * A system stream: `identity`, `config`, `policy`, `disposal` or `access:<case>`.
 */
export interface SystemStream {
  id: string;
  kind: string;
  records: number;
  last_at: string;
}
/**
 * GET /api/v1/streams (auditors): every system stream, by id.
 */
export interface SystemStreams {
  streams: SystemStream[];
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
    | FileStored
    | MessageEdited
    | MessageRemoved
    | ReactionChanged
    | MemberAdded
    | HistoryShared
    | MemberRemoved
    | MemberLeft
    | TitleChanged
    | AdminChanged
    | GroupDescribed
    | PostingChanged
    | GroupPictured
    | JoinLinkMade
    | JoinLinkRevoked
    | NoticeAccepted
    | ConversationHandedOver
    | ConversationUncovered
    | DelegateAdded
    | DelegateStarted
    | DelegateEnded
    | DeviceAdded
    | IdentityConfirmed
    | IdentityReset
    | IdentityWithdrawn
    | AssuranceChanged
    | ComplaintFiled
    | ComplaintClosed
    | OutOfOfficeReplied
    | Positions
    | ConversationMarked
    | MessageStarred
    | QuietHoursSet
  )[];
  more_before: boolean;
  more_after: boolean;
}
/**
 * GET …/ranges/{number}/transcript?format=json: the whole range as one file.
 */
export interface TranscriptDocument {
  case: string;
  range: OpenedRange;
  rows: TranscriptRow[];
}
/**
 * One record: what records of its `type` say, person ids as in `people`.
 *
 * Its members have the names that records.schema.json (BUNDLE.md) gives them; ids that lead
 * nowhere here (`delegation`, `blob`) are left out. Some types say more, or otherwise:
 * message.sent: text, msg_no, reply_to?, changes?, files?, broadcast?, forward?, mentions? ·
 * file.stored: files, scanner? · broadcast.sent: text, recipients · positions: marks ·
 * what has a `target` in the range: target_seq · complaint.filed: words? (`about` by language) ·
 * conversation.handed_over: person (the successor) ·
 * any other type, and members that its declaration does not have: `other`, as JSON text.
 *
 * `notes`: what the firm's rules noted about it, which no member sees.
 * `kept` is what only compliance sees (device, sign-in, addresses, claimed time), as JSON text.
 */
export interface TranscriptRow {
  archive_index: number;
  conv_seq: number;
  event_id: string;
  type: string;
  at: string;
  actor: PersonThen;
  msg_no?: number;
  text?: string;
  reply_to?: QuoteThen;
  changes?: LaterChange[];
  target?: string;
  target_seq?: number;
  emoji?: string;
  on?: boolean;
  members?: string[];
  person?: string;
  from_seq?: number;
  since?: string;
  waiting?: number;
  former?: string;
  ended?: boolean;
  name?: string;
  starts?: string;
  ends?: string;
  history?: string;
  title?: string;
  notice?: string;
  locale?: string;
  how?: string;
  proof?: string;
  proved_at?: string;
  accepted_at?: string;
  until?: string;
  confirmed_until?: string;
  confirmed_how?: string;
  confirmed_by?: string;
  complaint?: string;
  reference?: string;
  category?: string;
  about?: string;
  words?: {
    [k: string]: string | undefined;
  };
  reason?: string;
  due?: string;
  outcome?: string;
  note?: string;
  link?: string;
  broadcast?: string;
  recipients?: RecipientThen[];
  forward?: ForwardThen;
  mentions?: MentionThen[];
  admins_only?: boolean;
  sha256?: string;
  media_type?: string;
  data?: string;
  hash?: string;
  conversation?: string;
  mark?: string;
  up_to?: number;
  level?: string;
  zone?: string;
  weekends?: boolean;
  marks?: Mark[];
  files?: FileThen[];
  notes?: PolicyNote[];
  scanner?: string;
  other?: string;
  kept?: string;
}
/**
 * GET /api/v1/cases/{case}/ranges/{number}/rows?after=|before=|around=&limit=: by conv_seq.
 *
 * limit: 100, at most 500. Without after, before and around: from the range's beginning.
 * `look_over` (404): open the range again.
 *
 * GET …/ranges/{number}/transcript?format=html|json&language=en|pl is all of it as one file.
 */
export interface TranscriptPage {
  rows: TranscriptRow[];
  more_before: boolean;
  more_after: boolean;
}
/**
 * What shows that it is them, one of these: a passkey, a password, a client's code.
 */
export interface Unlock {
  passkey?: PasskeySignIn;
  password?: string;
  code?: string;
}
/**
 * What a passkey of theirs is to sign. `known`: theirs; none: there is another way.
 *
 * `user`: what to send as PasskeySignIn.user where the authenticator, asked for these, says none.
 */
export interface UnlockQuestion {
  challenge: string;
  rp_id: string;
  expires_in: number;
  user: string;
  known: string[];
}
/**
 * An upload as it stands: `offset` of `size` bytes are here. `file`: it is stored already.
 */
export interface Upload {
  upload: string;
  offset: number;
  size: number;
  piece_bytes: number;
  file?: WireFile;
}
/**
 * A client who waits since `since`, for so much office time, and who answers there.
 *
 * `alarm`: 1 is due to be told to those who answer, 2 to administrators too.
 */
export interface WaitingClient {
  conversation: string;
  client: string;
  since: string;
  office_minutes: number;
  alarm: 0 | 1 | 2;
  answering: string[];
}
/**
 * Clients who wait for an answer, the longest first.
 */
export interface WaitingClients {
  waiting: WaitingClient[];
}
/**
 * Whom a one-time link lets in: their `name`. They sign in with it by SignIn.
 */
export interface WhoseLink {
  name: string;
}
/**
 * To make one. `password`: of the firm's people, whose sign-in was too long ago.
 */
export interface WishForPasskey {
  password?: string;
}
/** The fields of a Position. */
export const POSITION = ["title", "branch"] as const;
