/** What the gallery's console server holds: people, hits, a transcript, exports, looks. */
import {
  amal,
  client,
  crowd,
  longClient,
  longName,
  maria,
  me,
  piotr,
} from "../../src/views/gallery/people";
import { at, LONG_TEXT } from "../../src/views/gallery/rows";
import type * as wire from "../../src/wire/types.gen";

const everybody = [me, piotr, client, longName, longClient, amal, maria];

const then = ({ id, name, kind, org }: (typeof everybody)[number]): wire.PersonThen => ({
  id,
  name,
  kind,
  org,
  role: kind === "client" ? "client" : "employee",
});

export const officer: wire.Person = {
  id: "p-ewa",
  name: "Ewa Zielińska-Konstantynopolitańczykowianeczkówna",
  kind: "employee",
  org: "Harbour Bank",
  role: "compliance",
  outside: false,
};

export const directory: readonly wire.Person[] = everybody.map(
  ({ id, name, kind, org, outside }) => ({
    id,
    name,
    kind: kind === "client" ? "client" : "employee",
    org,
    role: kind === "client" ? "client" : "employee",
    outside,
  }),
);

export function cases(count: number): wire.Case[] {
  return Array.from({ length: count }, (_, i) => ({
    id: i === 0 ? "C-2026-114" : `C-2026-${114 - i}`,
    reason:
      i % 3 === 0
        ? "A client complained about the settlement of a trade, and about what was promised before it."
        : "Quarterly sample",
    opened_at: at(60 * 24 * (i + 2)),
    last_at: at(60 * (i + 1)),
    records: 3 + i * 7,
  }));
}

const TEXTS = [
  "EUR 4,250,000 value date 9 December, as agreed on the phone.",
  "Can we still move the second tranche to January? The EUR leg is the one that matters.",
  LONG_TEXT.replace("early", "EUR early"),
  "صباح الخير، هل وصلت وثائق EUR؟",
];

export const MANY = `broadcast:${"3fa4".repeat(8)}`;

export function hits(count: number): wire.FoundMessage[] {
  return Array.from({ length: count }, (_, i) => {
    const person = then(everybody[i % everybody.length] ?? me);
    const text = TEXTS[i % TEXTS.length] ?? "";
    const from = text.indexOf("EUR");
    const version = (said: string, minutes: number): wire.Version => ({
      event_id: `v-${i}-${minutes}`,
      conv_seq: i,
      at: at(i * 90 + minutes),
      actor: person,
      text: said,
      marks: [[from, from + 3]],
      matches: true,
    });
    const many = i % 8 === 2;
    return {
      event_id: `h-${i}`,
      type: many ? "broadcast.sent" : "message.sent",
      conversation: many ? MANY : i % 2 ? "c-deal" : "c-long",
      conv_seq: i + 1,
      msg_no: i + 1,
      at: at(i * 90),
      actor: person,
      versions:
        i % 3 === 1 ? [version(text, 40), version(`${text} (corrected)`, 5)] : [version(text, 0)],
      ...(i % 5 === 4
        ? { removed: { event_id: `r-${i}`, conv_seq: i, at: at(i * 80), actor: person } }
        : {}),
    };
  });
}

export function rows(count: number): wire.TranscriptRow[] {
  return Array.from({ length: count }, (_, i) => {
    const conv_seq = i + 1;
    const base = {
      archive_index: 41_000 + i,
      conv_seq,
      event_id: `e-${i}`,
      at: at((count - i) * 35),
      actor: then(everybody[i % 4] ?? me),
    };
    if (i === 0) {
      const members = everybody.map(({ id }) => id);
      return { ...base, type: "conversation.created", title: "Brzeska refinancing", members };
    }
    if (i % 9 === 5)
      return {
        ...base,
        type: "message.edited",
        target: `e-${i - 1}`,
        target_seq: i,
        text: "Corrected: EUR 4,250,000.",
      };
    if (i % 9 === 7)
      return { ...base, type: "message.removed", target: `e-${i - 1}`, target_seq: i };
    if (i % 9 === 8)
      return { ...base, type: "positions", marks: [{ person: piotr.id, read: i, delivered: i }] };
    return {
      ...base,
      type: "message.sent",
      msg_no: i,
      text: TEXTS[i % TEXTS.length] ?? "",
      ...(i % 9 === 4
        ? {
            changes: [
              { conv_seq: i + 2, at: at(20), actor: base.actor, text: "Corrected: EUR 4,250,000." },
            ],
          }
        : {}),
      ...(i % 9 === 3
        ? {
            notes: [
              {
                archive_index: 41_200 + i,
                number: 31,
                event_id: `n-${i}`,
                type: "off_channel.hint",
                at: at((count - i) * 35),
                signs: ["messenger", "phone_number"],
              },
            ],
          }
        : {}),
      ...(i % 9 === 2 ? { broadcast: "3fa4".repeat(8) } : {}),
      ...(i % 9 === 6
        ? { reply_to: { event_id: "e-1", conv_seq: 2, actor: client.id, text: TEXTS[1] ?? "" } }
        : {}),
    };
  });
}

/** One text to many: each got it, but for every fifth. */
export function manyRange(count: number): wire.OpenedRange {
  const people = [me, ...recipients(count)];
  return {
    number: 8,
    recorded_at: at(0),
    conversation: MANY,
    kind: "broadcast",
    first: 31,
    last: 31,
    count: 1,
    members: [],
    people: people.map((person) => ({ person: then(person), first: 31, last: 31 })),
    read_marks: [],
  };
}

export function manyRow(count: number): wire.TranscriptRow {
  return {
    archive_index: 40_917,
    conv_seq: 31,
    event_id: "3fa4".repeat(8),
    type: "broadcast.sent",
    at: at(60),
    actor: then(me),
    text: TEXTS[0] ?? "",
    recipients: recipients(count).map(({ id }, i) => ({
      person: id,
      event_id: `m-${i}`,
      ...(i % 5 === 4 ? {} : { conversation: `c-${i}`, conv_seq: 12 + i * 31 }),
    })),
  };
}

function recipients(count: number): readonly (typeof everybody)[number][] {
  return [...everybody.slice(1), ...crowd(count)].slice(0, count);
}

export function range(count: number): wire.OpenedRange {
  return {
    number: 7,
    recorded_at: at(0),
    conversation: "c-deal",
    kind: "group",
    title: "Brzeska refinancing",
    first: 1,
    last: count,
    count,
    members: everybody.map(then),
    people: everybody.map((person) => ({ person: then(person), first: 1, last: count })),
    read_marks: [],
  };
}

export const exportsMade: readonly wire.Export[] = (
  ["running", "waiting", "ready", "failed", "cancelled"] as const
).map((state, i) => ({
  number: 9 - i,
  created_at: at(i * 70),
  state,
  what: i % 2 ? "search" : i === 4 ? "broadcast" : "range",
  complete: i === 0 || i === 2,
  done: state === "running" ? 18_400 : 0,
  total: 52_310,
  language: i % 2 ? "pl" : "en",
  ...(i % 2 ? { search: 4 } : {}),
  ...(i === 4 ? { conversation: MANY } : {}),
  ...(i === 0 || i === 2 ? { conversation: "c-deal", first: 1, last: 52_310 } : {}),
  ...(state === "ready"
    ? { size: 48_200_113, sha256: "3f".repeat(32), expires_at: at(-60 * 24) }
    : {}),
  ...(state === "failed" ? { code: "archive_unavailable" } : {}),
}));

export function looks(count: number): wire.AccessRecord[] {
  const types = ["case.opened", "search.executed", "range.opened", "export.made"];
  return Array.from({ length: count }, (_, i) => ({
    number: count - i,
    archive_index: 52_000 - i,
    event_id: `l-${i}`,
    type: types[Math.min(3, count - i - 1) % 4] ?? "search.executed",
    at: at(i * 55),
    actor: { ...officer },
    facts: {
      case: "C-2026-114",
      reason: i % 4 ? "Quarterly sample" : "A client complained about the settlement of a trade.",
      words: "EUR settlement",
      ...(i % 4 === 2 ? { person: "p-long", more_people: "p-client p-piotr" } : {}),
      conversation: "c-deal",
      first: 1,
      last: 52_310,
      count: 128,
      ...(i % 4 === 1 ? { scope: "reason" } : {}),
    },
  }));
}

export function accounts(count: number): wire.Account[] {
  const known = [longName, longClient, amal, ...crowd(count)].slice(0, count);
  return known.map((person, i) => ({
    id: person.id,
    name: person.name,
    kind: i === 5 ? "bot" : person.outside ? "client" : "employee",
    org: person.org,
    role: person.outside ? "client" : (["advisor", "employee", "compliance"][i % 3] ?? "employee"),
    active: i % 11 !== 6,
    outside: person.outside,
    username: person.name.split(" ")[0]?.toLowerCase() ?? "",
    ...(person.title === undefined ? {} : { title: person.title }),
    mail: "somebody@harbour.example",
  }));
}

const WEEK: wire.HoursPlan["week"] = [
  ["09:00-12:30", "13:00-17:00"],
  ["09:00-12:30", "13:00-17:00"],
  ["09:00-12:30", "13:00-17:00"],
  ["09:00-12:30", "13:00-17:00"],
  ["09:00-15:00"],
  [],
  [],
];
const HOLIDAYS: readonly wire.Holiday[] = [
  { date: "2026-12-24", name: "Christmas Eve", closed: "12:00-24:00" },
  { date: "2026-12-25", name: "Christmas Day" },
  { date: "2026-12-26", name: "Boxing Day, which this year is a Saturday like any other one" },
];

/** Six weeks of a firm that keeps hours; with 500, as many holidays. */
export function officeHours(count: number): wire.OfficeHours {
  const later = Array.from({ length: Math.max(0, count - 12) }, (_, day) => ({
    date: new Date(Date.UTC(2027, 0, 1 + day)).toISOString().slice(0, 10),
    name: `Holiday ${day + 1}`,
  }));
  const holidays: wire.Holiday[] = [...HOLIDAYS, ...later];
  const ahead = Array.from({ length: 42 }, (_, day) => {
    const at = new Date(Date.UTC(2026, 10, 24 + day));
    const date = at.toISOString().slice(0, 10);
    const here = holidays.filter((one) => one.date === date);
    const usual = WEEK[(at.getUTCDay() + 6) % 7] ?? [];
    const eve = here.some(({ closed }) => closed !== undefined) ? ["09:00-12:00"] : [];
    return {
      date,
      hours: here.length > 0 ? eve : [...usual],
      holidays: here.map(({ name }) => name),
    };
  });
  const plan = { zone: "Europe/Warsaw", week: WEEK, holidays };
  return { version: "v", texts: { en: "We are closed." }, ahead, plan };
}

/** Who left clients: nobody, one with one, or one with very many and one with a bot. */
export function leavers(count: number): wire.Leaver[] {
  const conversations = Array.from({ length: count }, (_, at) => ({
    conversation: `c-${at}`,
    client: `p-${at}`,
    name:
      at === 0 ? "Maximilian-Alexander von und zu Hohenstein-Wittelsbach Junior" : `Client ${at}`,
    owner: "p-left",
    delegates: [],
    ...(at === 1 ? { group: "Brzeska refinancing" } : {}),
  }));
  const left = { person: "p-left", name: "Agnieszka Wierzbicka", since: at(60 * 30) };
  const others = { person: "p-owner", name: "Piotr Zieliński", conversations: [], invites: 2 };
  if (count === 0) return [];
  const first = { ...left, conversations, invites: 0, bots: [] };
  return count === 1 ? [first] : [first, { ...others, bots: ["Rates", "Confirmations"] }];
}

export const clientsWaiting: readonly wire.WaitingClient[] = [
  {
    conversation: "c-deal",
    client: "Halina Brzeska",
    since: at(60 * 22),
    office_minutes: 314,
    alarm: 2,
    answering: [],
  },
  {
    conversation: "c-long",
    client: "Maximilian-Alexander von und zu Hohenstein-Wittelsbach Junior",
    since: at(90),
    office_minutes: 75,
    alarm: 1,
    answering: ["Anna Kowalska", "Marek Nowak"],
  },
];

const COMPLAINED = [
  { conversation: ["p-client", "p-me"], about: "Fees and charges", category: "fees" },
  { conversation: ["p-long", "p-me"], about: "Inna sprawa", category: "other" },
] as const;

/** The overdue ones first, then the open ones, then those that are closed. */
export function complaints(count: number): wire.ListedComplaint[] {
  const open = Math.ceil(count * 0.7);
  return Array.from({ length: count }, (_, i) => {
    const { conversation: members, ...about } = COMPLAINED[i % 2] ?? COMPLAINED[0];
    const days = i < 2 ? 2 - i : -(i - 1);
    const closed = { closed_at: at(60 * i), closed_by: "p-me" };
    const state = i < open ? "open" : i % 2 ? "answered" : "withdrawn";
    return {
      ...about,
      ...(state === "open" ? {} : closed),
      id: `k-${i}`,
      reference: `C-${String(70_000 + i * 731).slice(0, 5)}-9M2BD`,
      person: i % 3 ? (members[0] ?? "") : "p-me",
      conversation: {
        id: `c-k${i}`,
        kind: "direct",
        members: [...members],
        former: [],
        outside: members[0] === "p-client",
        last_seq: 40,
        first_at: at(60 * 24 * 90),
        last_at: at(20),
      },
      conv_seq: 12,
      at: at(60 * 24 * (30 + days)),
      due: at(60 * 24 * days),
      state,
      overdue: state === "open" && days > 0,
    };
  });
}

const TOLD = [
  { reason: "rules", text: "He offers a side letter. Nobody of compliance was asked." },
  { reason: "conduct" },
  { reason: "other", text: "Proszę sprawdzić, czy to na pewno był nasz klient." },
] as const;

const LOOKED = { person: "p-me", at: at(90) };
const HANDLED: readonly wire.ReportHandled[] = [
  {},
  { looked: LOOKED },
  { looked: LOOKED, closed: { ...LOOKED, text: "Spoke with both; nothing was agreed." } },
];

export function reports(count: number): wire.ListedReport[] {
  return complaints(count).map(({ reference, conversation, at: told }, i) => ({
    number: count - i,
    reference: reference.replace("C-", "R-"),
    person: i % 2 ? "p-client" : "p-me",
    author: i % 2 ? "p-me" : "p-long",
    conversation,
    conv_seq: 12,
    at: told,
    handled: HANDLED[i % 3] ?? {},
    ...(TOLD[i % 3] ?? TOLD[1]),
  }));
}

const asked = { asked_at: at(60), expires_at: at(-60 * 24 * 6), own: false, about_oneself: false };

export const requests: wire.ApprovalRequest[] = [
  {
    id: "r1",
    wanted: "add",
    name: "Zofia Żak",
    asked_by: "Wolfeschlegelsteinhausenbergerdorff Hubert Blaine",
    ...asked,
    changes: [
      { field: "role", after: "compliance" },
      { field: "mail", after: "zofia.zak@harbour.example" },
    ],
    alike: ["Zofia Zak (zofia)"],
    org_alike: ["Harbour Bank"],
  },
  {
    id: "r2",
    wanted: "change",
    name: "Amal Haddad",
    asked_by: "Adam Wójcik",
    ...asked,
    changes: [{ field: "role", before: "employee", after: "administrator" }],
    about_oneself: true,
    provenance: {
      added: { at: at(60 * 24 * 40) },
      links: [{ at: at(60 * 24 * 40), by: "Ewa Lis", asked_by: "Adam Wójcik" }],
      enrolled: true,
      by_asker: ["link"],
    },
  },
  {
    id: "r3",
    wanted: "link",
    name: "Jan Kos",
    asked_by: "Ewa Lis",
    ...asked,
    own: true,
    changes: [],
    provenance: { links: [], enrolled: false, by_asker: [] },
  },
  {
    id: "r4",
    wanted: "change",
    name: "Piotr Zieliński",
    asked_by: "Wolfeschlegelsteinhausenbergerdorff Hubert Blaine",
    ...asked,
    changes: [{ field: "role", before: "employee", after: "administrator" }],
    provenance: {
      added: { at: at(60 * 30), by: "Wolfeschlegelsteinhausenbergerdorff Hubert Blaine" },
      links: [
        { at: at(60 * 29), by: "Wolfeschlegelsteinhausenbergerdorff Hubert Blaine" },
        { at: at(60 * 28), by: "Ewa Lis" },
      ],
      enrolled: true,
      by_asker: ["added", "link"],
      first_sign_in: {
        at: at(60 * 27),
        auth: "link",
        device: "Chromium, Linux",
        address: "10.4.17.22",
      },
    },
  },
];

const sawLink = { used_at: at(60 * 5), device: "Firefox, Windows", address: "192.0.2.7" };

export const linksReported: readonly wire.LinkReport[] = [
  { id: "l1", person: "p-me", name: "Anna Kowalska", ...sawLink, reported_at: at(50) },
  { id: "l2", person: longName.id, name: longName.name, ...sawLink, reported_at: at(9) },
];
