/** One conversation as the list and the header show it. */
import type { Conversation } from "../session/conversation";
import { leads } from "../session/group";
import type { OutboxItem } from "../session/outbox";
import type { Session } from "../session/session";
import type { Member, MessageSent, Preview } from "../wire/types.gen";
import { answeringView } from "./answering";
import { listed } from "./bidi";
import { closedBy } from "./composer_rules";
import type { Context } from "./context";
import type {
  ConversationItem,
  PreviewView,
  ScheduledGist,
  Tick,
  WaitingView,
} from "./conversation_list";
import { gistOf } from "./files";
import { marksView } from "./marker";
import type { PersonView } from "./people";
import { outsideNames } from "./people_book";
import { pictureAt } from "./pictures";
import { textGist } from "./text_gist";

const DRAFT_LENGTH = 200;
/** Somebody from outside is there, by the server's word; who, is not known yet. */
const UNNAMED = "…";

/** What an unsent message shows instead of the preview. */
interface Newest {
  readonly at?: string | undefined;
  readonly preview?: PreviewView | undefined;
  readonly tick?: Tick | undefined;
}

export function conversationItem(context: Context, conversation: Conversation): ConversationItem {
  const item = itemOf(context, conversation);
  // Where nothing can be written what happened counts; the conversation shows what was not sent.
  return closedBy(item) === undefined ? { ...item, draft: draftIn(context, item.id) } : item;
}

function draftIn({ session: { drafts, draftFiles } }: Context, id: string): string | undefined {
  const written = drafts.get(id).trim();
  const draft = written === "" ? draftFiles.names(id).join(", ") : written;
  return draft === "" ? undefined : draft.slice(0, DRAFT_LENGTH);
}

function itemOf(context: Context, conversation: Conversation): ConversationItem {
  const { session, book } = context;
  const others = counterpartFirst(
    conversation,
    conversation.members
      .filter(({ person }) => person !== session.me.person.id)
      .map(({ person }) => book.view(person)),
  );
  const names = outsideNames(others);
  const uncovered = uncoveredOf(context, others);
  // To somebody from outside the firm it is the others who are: the server's word is not about them.
  const outside = session.me.person.outside ? names.length > 0 : conversation.outside !== false;
  return {
    id: conversation.id,
    kind: conversation.kind,
    name: nameOf(conversation, others),
    picture: pictureAt(conversation.group?.picture),
    others,
    outside,
    outsideName: outside ? listed(names.length > 0 ? names : [UNNAMED]) : undefined,
    unread: unreadOf(session, conversation),
    mentioned: mentionedIn(session, conversation),
    left: conversation.left,
    readOnly: readOnlyOf(context, conversation),
    ended: conversation.ended,
    uncovered,
    ...(unsentOf(context, conversation) ?? recordedOf(context, conversation)),
    typing: session.typing.in(conversation.id).map((id) => book.view(id)),
    waiting: conversation.ended === true ? undefined : waitingOf(session, conversation.id),
    // Where nobody answers any more, no hour is promised.
    answering:
      uncovered === undefined
        ? answeringView(session.attendance.answers(conversation.id), session.clock.now())
        : undefined,
    scheduled: scheduledIn(session, conversation.id),
    ...marksView(session, conversation.id, conversation.last_msg_no),
  };
}

/** Whom from outside the firm one is shown in a conversation: whoever is not known yet counts. */
export function outsideIn({ session, book }: Context, conv: string): readonly string[] {
  const { members = [], outside } = session.roster.conversations.get(conv) ?? {};
  if (outside === false) return [];
  const people = members.map(({ person }) => book.view(person));
  return people.filter((person) => person.outside && !person.me).map(({ id }) => id);
}

/** What they are called; undefined: there is nobody, or the conversation is not known here. */
export function outsideNameIn(context: Context, conv: string): string | undefined {
  const conversation = context.session.roster.conversations.get(conv);
  return conversation && conversationItem(context, conversation).outsideName;
}

function scheduledIn({ scheduled }: Session, id: string): ScheduledGist | undefined {
  const all = scheduled.in(id);
  const [first] = all;
  if (first === undefined) return undefined;
  const refused = all.filter(({ state }) => state === "refused").length;
  return { count: all.length, next: first.at, refused };
}

function readOnlyOf({ session, book }: Context, conversation: Conversation): true | undefined {
  if (conversation.group?.admins_only !== true) return undefined;
  const isThere = (person: string) => book.view(person).active;
  return leads(conversation, session.me.person, isThere) ? undefined : true;
}

function waitingOf({ attendance }: Session, id: string): WaitingView | undefined {
  const { since, alarm = 0 } = attendance.waiting(id) ?? {};
  return since === undefined ? undefined : { since, late: alarm > 0 };
}

function mentionedIn(session: Session, { id, mentioned = 0 }: Conversation): true | undefined {
  return mentioned > session.positions.readUpTo(id) ? true : undefined;
}

/** Not counting what was read here and is not on the record yet. */
function unreadOf(session: Session, conversation: Conversation): number {
  const read = session.positions.readUpTo(conversation.id);
  return read >= conversation.last_msg_no ? 0 : conversation.unread;
}

/** A conversation with a client is called after the client, to the client after who answers. */
function nameOf(conversation: Conversation, others: readonly PersonView[]): string {
  const { title, relationship } = conversation;
  const named = relationship === undefined ? others : others.slice(0, 1);
  return title ?? listed(named.map(({ name }) => name));
}

/** The client, or to the client the owner; whose account ended gives way to who stands in. */
function counterpartFirst(
  { relationship }: Conversation,
  others: readonly PersonView[],
): readonly PersonView[] {
  if (relationship === undefined) return others;
  const { client, owner } = relationship;
  const rank = ({ id, active }: PersonView) =>
    id === client ? 0 : !active ? 3 : id === owner ? 1 : 2;
  return [...others].sort((a, b) => rank(a) - rank(b));
}

/** To a client: who left, where nobody of the firm answers any more; undefined: somebody does. */
function uncoveredOf({ session }: Context, others: readonly PersonView[]): string | undefined {
  if (session.me.person.kind !== "client") return undefined;
  const staff = others.filter(({ kind }) => kind === "employee");
  if (staff.length === 0 || staff.some(({ active }) => active)) return undefined;
  return listed(staff.map(({ name }) => name));
}

function unsentOf({ session, book }: Context, { id }: Conversation): Newest | undefined {
  const sends = session.outbox.in(id).filter(({ entry }) => entry.command.t === "send");
  const newest = sends.at(-1);
  if (newest === undefined || newest.entry.command.t !== "send") return undefined;
  const { command, files, sentOn } = newest.entry;
  const text = textGist(sentOn?.text ?? command.text ?? "");
  return {
    at: newest.recorded?.at ?? newest.entry.at,
    preview: { kind: "message", author: book.me, text, files: gistOf(files ?? sentOn?.files) },
    tick: tickOfItem(newest),
  };
}

export function tickOfItem({ entry, recorded }: OutboxItem): Tick {
  if (recorded !== undefined) return "recorded";
  return entry.refusal === undefined ? "clock" : "failed";
}

function recordedOf({ session, book }: Context, conversation: Conversation): Newest {
  const { preview } = conversation;
  if (preview === undefined) return {};
  const author = book.view(preview.actor);
  const { at, type, files } = preview;
  if (type !== "message.sent") return { at, preview: { kind: "notice", type, author } };
  const { text, removed } = changedHere(session, conversation.id, preview);
  const shown: PreviewView =
    removed || (text === undefined && files === undefined)
      ? { kind: "removed", author }
      : { kind: "message", author, text: textGist(text ?? ""), files: gistOf(files) };
  if (!author.me) return { at, preview: shown };
  // The newest row is the newest message, so its number is the conversation's last.
  const newest = { msg_no: conversation.last_msg_no, conv_seq: preview.conv_seq };
  const tick = ticks(conversation, session.me.person.id)(newest);
  return { at, preview: shown, tick };
}

/** What a message says once one's own changes on their way are on the record. */
function changedHere({ outbox }: Session, conv: string, { event_id, text }: Preview) {
  let shown = { text, removed: false };
  for (const { entry } of outbox.in(conv)) {
    const { command, refusal } = entry;
    if (refusal !== undefined || !("target" in command) || command.target !== event_id) continue;
    if (command.t === "edit") shown = { ...shown, text: command.text };
    if (command.t === "remove") shown = { ...shown, removed: true };
  }
  return shown;
}

/** From an own message to its tick. */
export type TickOf = (message: Pick<MessageSent, "msg_no" | "conv_seq">) => Tick;

/**
 * What all others have received, and read, who were there when it was said: nothing goes back
 * because somebody came later. To a client it is whoever answers or did, one is enough; to them it
 * is the client.
 */
export function ticks(conversation: Conversation | undefined, me: string): TickOf {
  const { client, read = 0, delivered = 0 } = conversation?.relationship ?? {};
  const all = (conversation?.members ?? []).filter(({ person }) => person !== me);
  const others = all.filter(
    ({ person }) => client === undefined || me === client || person === client,
  );
  if (client === undefined || client !== me) return ofAll(others);
  const firm = [...others, { read, delivered }];
  const furthest = {
    read: Math.max(...firm.map((one) => one.read)),
    delivered: Math.max(...firm.map((one) => one.delivered)),
  };
  return ({ msg_no }) => tickAt(msg_no, furthest);
}

interface Reached {
  readonly read: number;
  readonly delivered: number;
}

/** Where nobody was there yet, all count who came. */
function ofAll(members: readonly Member[]): TickOf {
  const inOrder = [...members].sort((a, b) => (a.joined_seq ?? 0) - (b.joined_seq ?? 0));
  const reached: (Reached & { readonly from: number })[] = [];
  for (const { read, delivered, joined_seq: from = 0 } of inOrder) {
    const before = reached.at(-1) ?? { read, delivered };
    reached.push({
      from,
      read: Math.min(before.read, read),
      delivered: Math.min(before.delivered, delivered),
    });
  }
  return ({ msg_no, conv_seq }) => {
    const there = reached.findLast(({ from }) => from < conv_seq) ?? reached.at(-1);
    return there === undefined ? "recorded" : tickAt(msg_no, there);
  };
}

function tickAt(msg_no: number, { read, delivered }: Reached): Tick {
  return msg_no <= read ? "read" : msg_no <= delivered ? "delivered" : "recorded";
}
