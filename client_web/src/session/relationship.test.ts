/** Who answers for a client, live: members and relationship follow from the events. */
import { expect, test } from "vitest";
import { ticks } from "../view_models/conversation_item";
import type * as wire from "../wire/types.gen";
import { Roster } from "./roster";

const [ANNA, BEN, CLARA, CONV] = ["a", "b", "c", "d"].map((c) => c.repeat(32)) as [
  string,
  string,
  string,
  string,
];
const AT = "2026-11-24T09:00:00.000000Z";
const ENDS = "2026-12-05T22:59:59.999000Z";

function summary(owner: string, delegates: wire.Delegate[] = []): wire.Conversation {
  const people = [owner, CLARA, ...delegates.filter(({ active }) => active).map((d) => d.person)];
  return {
    id: CONV,
    kind: "direct",
    members: people.map((person) => ({ person, read: 0, delivered: 0, joined_at: AT })),
    outside: true,
    last_seq: 1,
    last_msg_no: 0,
    read: 0,
    unread: 0,
    left: false,
    relationship: { client: CLARA, owner, delegates },
  };
}

function event(type: string, rest: object, conv_seq = 2): wire.AnyEvent {
  const event_id = conv_seq.toString(16).padStart(32, "0");
  return { type, event_id, conv: CONV, conv_seq, actor: ANNA, at: AT, ...rest } as wire.AnyEvent;
}

function rosterOf(me: string, conversation = summary(ANNA)) {
  const roster = new Roster(me);
  const wanted: string[] = [];
  roster.load([], [conversation]);
  roster.wanted.subscribe((conv) => wanted.push(conv));
  const people = () => roster.conversations.get(CONV)?.members.map(({ person }) => person);
  return { roster, wanted, people, now: () => roster.conversations.get(CONV) };
}

const handedOver = event("conversation.handed_over", {
  former: ANNA,
  successor: BEN,
  history: "all",
});
const added = (active: boolean) =>
  event("delegate.added", { person: BEN, starts: AT, ends: ENDS, history: "new", active });

test("the successor comes in, the owner is out, and the server is asked what is unread", () => {
  const { roster, wanted, people, now } = rosterOf(CLARA);
  roster.apply(handedOver);
  expect(people()).toEqual([CLARA, BEN]);
  expect(now()?.relationship).toMatchObject({ owner: BEN });
  expect(wanted).toEqual([CONV]);
});

test("what the former owner had read stays read for the client", () => {
  const before = summary(ANNA);
  const members = before.members.map((one) =>
    one.person === ANNA ? { ...one, read: 2, delivered: 3 } : one,
  );
  const { roster, now } = rosterOf(CLARA, { ...before, members, last_msg_no: 4 });
  roster.apply(handedOver);
  expect(now()?.relationship).toMatchObject({ read: 2, delivered: 3 });
  // As the server says, the successor has what waits for an answer before them.
  const asked = roster.ask(CONV);
  const answer = { ...summary(BEN), last_seq: 2, last_msg_no: 4 };
  const relationship = { client: CLARA, owner: BEN, delegates: [], read: 2, delivered: 3 };
  roster.answered(asked, { ...answer, relationship });
  const tickOf = ticks(now(), CLARA);
  const shown = [1, 2, 3, 4].map((msg_no) => tickOf({ msg_no, conv_seq: msg_no + 1 }));
  expect(shown).toEqual(["read", "read", "delivered", "recorded"]);
});

test("who handed over has left", () => {
  const { roster, now } = rosterOf(ANNA);
  roster.apply(handedOver);
  expect(now()).toMatchObject({ left: true, unread: 0 });
});

test.each([true, false])("a delegate is a member from the start on: active %s", (active) => {
  const { roster, people, now } = rosterOf(CLARA);
  roster.apply(added(active));
  expect(people()?.includes(BEN)).toBe(active);
  expect(now()?.relationship?.delegates).toMatchObject([{ person: BEN, ends: ENDS, active }]);
  const delegation = { delegation: added(active).event_id, person: BEN };
  if (!active) roster.apply(event("delegate.started", delegation, 3));
  expect(people()?.includes(BEN)).toBe(true);
  expect(now()?.relationship?.delegates).toMatchObject([{ active: true }]);
  roster.apply(event("delegate.ended", delegation, 4));
  expect(people()).toEqual([ANNA, CLARA]);
  expect(now()?.relationship?.delegates).toEqual([]);
});

test("an event that is older than what is known changes nothing", () => {
  const { roster, people } = rosterOf(CLARA, { ...summary(BEN), last_seq: 9 });
  roster.apply(handedOver);
  expect(people()).toEqual([BEN, CLARA]);
});

test("of a new direct conversation the server is asked whose it is", () => {
  const { roster, wanted } = rosterOf(ANNA);
  const conv = "e".repeat(32);
  roster.apply({
    ...event("conversation.created", { kind: "direct", members: [ANNA, CLARA] }, 1),
    conv,
  });
  expect(wanted).toEqual([conv]);
});
