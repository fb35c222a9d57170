/** The relationship of one conversation as the details show it, and its commands. */
import type { Conversation } from "../session/conversation";
import type { Wish } from "../session/outbox";
import { wireTime } from "../session/times";
import type { Relationship } from "../wire/types.gen";
import type { Context } from "./context";
import type { PersonView } from "./people";
import type { HistoryWish, Period, RelationshipView } from "./relationship";

/** Who may answer for a client (the server has the last word: `not_an_advisor`). */
const ADVISORS = new Set(["employee", "advisor"]);

export function relationshipView(
  context: Context,
  conversation: Conversation,
  query: string,
): RelationshipView | undefined {
  const { session, book } = context;
  const { relationship, left, ended } = conversation;
  if (relationship === undefined) return undefined;
  const me = session.me.person.id;
  const commands = session.outbox.in(conversation.id).map(({ entry }) => entry.command);
  const changes = commands.filter((command) => command.t === "relationship");
  const ending = new Set(changes.filter(({ op }) => op === "end").map(({ person }) => person));
  const inside = new Set(conversation.members.map(({ person }) => person));
  // Whose client has left has nobody to hand over.
  const served = ended !== true && inside.has(relationship.client);
  const canChange = relationship.owner === me && !left && served;
  const found = canChange ? advisors(context, query) : [];
  const known = relationship.delegates.filter(({ person }) => !book.awaits([person]));
  const delegates = new Set(relationship.delegates.map(({ person }) => person));
  return {
    owner: book.view(relationship.owner),
    delegates: known.map(({ person, starts, ends, active }) => ({
      person: book.view(person),
      starts,
      ends,
      active,
      busy: ending.has(person),
    })),
    mine: relationship.client === me,
    canChange,
    busy: changes.some(({ op }) => op !== "end"),
    query,
    candidates: found.filter(({ id }) => !inside.has(id) && !delegates.has(id)),
    successors: found,
    groups: canChange && leavesGroups(context, relationship.client),
  };
}

/** Whether whoever hands a client over is in a group with them, and with no other client of theirs. */
function leavesGroups({ session }: Context, client: string): boolean {
  const all = [...session.roster.conversations.values()];
  const me = session.me.person.id;
  const others = new Set(
    all.flatMap(({ relationship }) => (relationship?.owner === me ? relationship.client : [])),
  );
  others.delete(client);
  return all.some(({ kind, left, members }) => {
    const there = members.map(({ person }) => person);
    return (
      kind === "group" && !left && there.includes(client) && !there.some((id) => others.has(id))
    );
  });
}

function advisors({ session, book }: Context, query: string): readonly PersonView[] {
  return book.find(query).filter(({ id, kind }) => {
    const role = session.roster.people.get(id)?.role ?? "";
    return kind === "employee" && ADVISORS.has(role);
  });
}

export function handingOver(conv: string, person: string, history: HistoryWish): Wish {
  return { t: "relationship", conv, op: "hand_over", person, ...historyOf(history) };
}

export function delegating(
  conv: string,
  person: string,
  history: HistoryWish,
  { from, until }: Period,
): Wish {
  const ends = wireTime(new Date(`${until}T23:59:59.999`).getTime());
  const starts = from === undefined ? {} : { starts: beginningOf(from) };
  return {
    t: "relationship",
    conv,
    op: "delegate",
    person,
    ...historyOf(history),
    ...starts,
    ends,
  };
}

export function endingDelegation(
  conv: string,
  relationship: Relationship | undefined,
  person: string,
): Wish | undefined {
  if (!relationship?.delegates.some((each) => each.person === person)) return undefined;
  return { t: "relationship", conv, op: "end", person };
}

function historyOf(wish: HistoryWish) {
  return wish.kind === "since"
    ? { history: wish.kind, since: beginningOf(wish.day) }
    : { history: wish.kind };
}

/** Midnight here at the start of YYYY-MM-DD, as the wire writes times. */
function beginningOf(day: string): string {
  return wireTime(new Date(`${day}T00:00:00`).getTime());
}
