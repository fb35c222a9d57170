import { expect, test } from "vitest";
import { ANNA, BEN, CLARA } from "../../tests/fakes/world";
import type * as wire from "../wire/types.gen";
import { Roster } from "./roster";

const CONV = "c".repeat(32);

function member(person: string): wire.Member {
  return { person, read: 0, delivered: 0, joined_at: "2026-11-24T09:00:00.000000Z" };
}

function summary(last_seq: number, ...people: string[]): wire.Conversation {
  return {
    id: CONV,
    kind: "group",
    members: people.map(member),
    outside: false,
    last_seq,
    last_msg_no: 0,
    read: 0,
    unread: 0,
    left: !people.includes(ANNA),
  };
}

function event(conv_seq: number, rest: { type: string; person?: string }): wire.AnyEvent {
  const event_id = conv_seq.toString(16).padStart(32, "0");
  const at = "2026-11-24T09:00:00.000000Z";
  return { event_id, conv: CONV, conv_seq, actor: BEN, at, ...rest } as wire.AnyEvent;
}

test("an answer that is older than an event does not undo it, however many questions overlap", () => {
  const roster = new Roster(ANNA);
  roster.load([], [summary(1, ANNA, BEN)]);
  const first = roster.ask(CONV);
  roster.apply(event(2, { type: "member.removed", person: ANNA }));
  const second = roster.ask(CONV);
  roster.apply(event(3, { type: "member.added", person: ANNA }));
  roster.answered(first, summary(1, ANNA, BEN));
  expect(roster.conversations.get(CONV)).toMatchObject({ left: false, last_seq: 3 });
  roster.answered(second, summary(2, BEN));
  expect(roster.conversations.get(CONV)).toMatchObject({ left: false, last_seq: 3 });
});

test("an answer from before the lists were loaded anew is not used", () => {
  const roster = new Roster(ANNA);
  const question = roster.ask(CONV);
  roster.load([], [summary(9, ANNA, BEN)]);
  roster.answered(question, summary(1, ANNA));
  expect(roster.conversations.get(CONV)?.last_seq).toBe(9);
});

test("an event of a conversation that is not known asks for it, once", () => {
  const roster = new Roster(ANNA);
  roster.load([], []);
  const wanted: string[] = [];
  roster.wanted.subscribe((conv) => {
    wanted.push(conv);
    if (wanted.length === 1) roster.ask(conv);
  });
  roster.apply(event(5, { type: "member.added", person: ANNA }));
  roster.apply(event(6, { type: "member.added", person: CLARA }));
  expect(wanted).toEqual([CONV]);
});

test("somebody who is not known is asked for", () => {
  const roster = new Roster(ANNA);
  roster.load([person(ANNA, false), person(BEN, false)], [summary(1, ANNA, BEN)]);
  let strangers = 0;
  roster.stranger.subscribe(() => {
    strangers += 1;
  });
  roster.apply(event(2, { type: "member.added", person: CLARA }));
  expect(strangers).toBe(1);
});

test("history that is shared with this person is counted anew, with others' it is not", () => {
  const roster = new Roster(ANNA);
  roster.load([], [summary(1, ANNA, BEN)]);
  const wanted: string[] = [];
  roster.wanted.subscribe((conv) => wanted.push(conv));
  roster.apply(event(2, { type: "history.shared", person: BEN }));
  expect(wanted).toEqual([]);
  roster.apply(event(3, { type: "history.shared", person: ANNA }));
  expect(wanted).toEqual([CONV]);
  const question = roster.ask(CONV);
  roster.answered(question, { ...summary(3, ANNA, BEN), last_msg_no: 4, unread: 4 });
  expect(roster.conversations.get(CONV)).toMatchObject({ unread: 4, last_msg_no: 4 });
  expect(wanted).toEqual([CONV]);
});

test("a client who ended the relationship is not online any more: nobody would tell", () => {
  const roster = new Roster(ANNA);
  roster.load([], [summary(1, ANNA, CLARA)]);
  roster.setOnline([CLARA]);
  const left = { ...event(2, { type: "member.left" }), actor: CLARA } as wire.MemberLeft;
  roster.apply(left);
  expect(roster.isOnline(CLARA)).toBe(true);
  roster.apply({ ...left, conv_seq: 3, ended: true });
  expect(roster.isOnline(CLARA)).toBe(false);
});

function person(id: string, outside: boolean): wire.Person {
  const kind = outside ? "client" : "employee";
  return { id, name: id.slice(0, 1), kind, org: "", role: kind, outside };
}

function outsideNow(roster: Roster): boolean | undefined {
  return roster.conversations.get(CONV)?.outside;
}

test("the server's word that somebody outside is there wins over what is known here", () => {
  const roster = new Roster(ANNA);
  roster.load([person(ANNA, false), person(BEN, false)], []);
  roster.answered(roster.ask(CONV), { ...summary(3, ANNA, BEN, CLARA), outside: true });
  expect(outsideNow(roster)).toBe(true);
  roster.apply(event(4, { type: "title.changed" }));
  roster.answeredPeople(roster.askPeople(), [person(ANNA, false), person(BEN, false)]);
  expect(outsideNow(roster)).toBe(true);
});

test("members who were there before are asked for, once", () => {
  const roster = new Roster(ANNA);
  roster.load([person(ANNA, false), person(BEN, false)], []);
  let strangers = 0;
  roster.stranger.subscribe(() => {
    strangers += 1;
  });
  roster.answered(roster.ask(CONV), { ...summary(3, ANNA, BEN, CLARA), outside: true });
  roster.answered(roster.ask(CONV), { ...summary(3, ANNA, BEN, CLARA), outside: true });
  expect(strangers).toBe(1);
});

test("who comes in and is not known makes it unknown, until the server has named them", () => {
  const roster = new Roster(ANNA);
  roster.load([person(ANNA, false), person(BEN, false)], [summary(1, ANNA, BEN)]);
  expect(outsideNow(roster)).toBe(false);
  roster.apply(event(2, { type: "member.added", person: CLARA }));
  expect(outsideNow(roster)).toBeUndefined();
  expect(roster.summaries()[0]?.outside).toBe(true);
  roster.meet(person(CLARA, false));
  expect(outsideNow(roster)).toBe(false);
  roster.meet(person(CLARA, true));
  expect(outsideNow(roster)).toBe(true);
  roster.apply(event(3, { type: "member.removed", person: CLARA }));
  expect(outsideNow(roster)).toBe(false);
});

test("what the server says of a conversation replaces what is older here, and no more", () => {
  const roster = new Roster(ANNA);
  roster.load([], [summary(2, ANNA, BEN)]);
  roster.learn({ ...summary(1, ANNA, BEN), outside: true });
  expect(outsideNow(roster)).toBe(false);
  roster.learn({ ...summary(2, ANNA, BEN), outside: true });
  expect(outsideNow(roster)).toBe(true);
});
