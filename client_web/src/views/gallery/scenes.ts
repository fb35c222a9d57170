/** What the gallery shows: one entry a picture. */
import type { ConversationItem, HitView } from "../../view_models/conversation_list";
import type { PersonView } from "../../view_models/people";
import type { TimelineRow } from "../../view_models/timeline";
import type { Scene } from "./fakes";
import { amal, client, crowd, gone, longClient, longName, maria, me, piotr } from "./people";
import { arranged, at, everything, LONG_TEXT, message, servedTalk, talk } from "./rows";

export function direct(
  id: string,
  other: PersonView,
  more: Partial<ConversationItem> = {},
): ConversationItem {
  return {
    id,
    kind: "direct",
    name: other.name,
    others: [other],
    outside: other.outside,
    outsideName: other.outside ? other.org : undefined,
    ...{ unread: 0, left: false },
    at: at(30),
    preview: { kind: "message", author: other, text: "Thank you, that helps a lot." },
    typing: [],
    ...more,
  };
}

export const deal = direct("c-deal", piotr, {
  kind: "group",
  name: "Brzeska refinancing",
  others: [piotr, client, maria, ...crowd(3)],
  outside: true,
  outsideName: "Brzeska Logistics",
  at: at(9),
  unread: 2,
  preview: { kind: "message", author: client, text: "Received, thank you! 👍" },
});

export const few: readonly ConversationItem[] = [
  direct("c-piotr", piotr, {
    at: at(0),
    preview: { kind: "message", author: me, text: "The bank pays the courier." },
    tick: "read",
    typing: [piotr],
  }),
  deal,
  direct("c-client", client, {
    at: at(50),
    preview: { kind: "message", author: me, text: "I send you the schedule." },
    tick: "delivered",
  }),
  direct("c-long", longName, { at: at(60 * 3), unread: 128 }),
  direct("c-longclient", longClient, {
    at: at(60 * 7),
    unread: 1,
    preview: {
      kind: "message",
      author: longClient,
      text: "Could you please confirm the value date of the transfer once more in writing?",
    },
  }),
  direct("c-amal", amal, {
    at: at(60 * 26),
    preview: { kind: "message", author: amal, text: "صباح الخير، هل وصلت الوثائق؟" },
  }),
  direct("c-draft", maria, { at: at(60 * 40), draft: "Dear María, about the" }),
  direct("c-removed", crowd(3)[1] ?? piotr, {
    at: at(60 * 24 * 6),
    preview: { kind: "removed", author: piotr },
  }),
  direct("c-left", crowd(3)[2] ?? piotr, {
    kind: "group",
    name: "Christmas party",
    at: at(60 * 24 * 20),
    left: true,
  }),
  direct("c-gone", gone, {
    at: at(60 * 24 * 400),
    preview: { kind: "notice", type: "conversation.created", author: me },
  }),
];

function many(): ConversationItem[] {
  return crowd(500).map((person, i) =>
    direct(`c-${i}`, person, {
      name: `${person.name} ${i + 1}`,
      at: at(i * 31),
      unread: i % 11 ? 0 : i,
    }),
  );
}

const PAID_OUT =
  "As agreed in the meeting with everybody from risk and treasury, the first tranche is paid out on the ninth, and the second tranche follows in January.";

export const hits: readonly HitView[] = [
  {
    eventId: "h1",
    conversation: "c-deal",
    conversationName: "Brzeska refinancing",
    outside: true,
    author: client,
    at: at(130),
    text: "Can we still move the second tranche to January?",
    marks: [[29, 36]],
  },
  {
    eventId: "h2",
    conversation: "c-piotr",
    conversationName: piotr.name,
    outside: false,
    author: me,
    at: at(60 * 24 * 9),
    text: PAID_OUT,
    marks: [PAID_OUT.indexOf("tranche"), PAID_OUT.lastIndexOf("tranche")].map(
      (from) => [from, from + 7] as const,
    ),
  },
];

/** A long talk with the divider in the middle of it. */
function halfRead(): readonly TimelineRow[] {
  const rows = talk(200, piotr);
  return [...rows.slice(0, 120), { kind: "unread", key: "unread", count: 82 }, ...rows.slice(120)];
}

const half = halfRead();
const place = half[60]?.key ?? "";

const dealOpen: Scene = { items: few, open: "c-deal", rows: everything() };

const LETTERS_OPEN: Scene["press"] = [["account.open", { name: me.name }], "letters.title"];
const COPY_OPEN: Scene["press"] = [["account.open", { name: me.name }], "copy.title"];

/** One of each mark, some together. */
const marked: readonly ConversationItem[] = few.map((item, index) => ({
  ...item,
  ...(index < 2 ? { pinned: index } : {}),
  ...(index === 1 || index === 3 ? { mutedUntil: index === 1 ? "" : at(-480) } : {}),
  ...(index === 1 ? { mentionsOnly: true } : {}),
  ...(index === 2 ? { marked: true } : {}),
}));

/** With every sign that formats. */
const FORMATTED = `*Before Friday*, please, and _in this order_:
1. sign the term sheet
2. send \`FV/2026/11\` to *Halina*
Open points:
- the covenant, see https://portal.example/covenant_draft_2
- the fee`;

export const SCENES: Readonly<Record<string, Scene>> = {
  deal: dealOpen,
  direct: { items: few, open: "c-piotr", rows: talk(40, piotr) },
  list: { items: few },
  served: {
    items: few,
    open: "c-client",
    rows: servedTalk(),
    members: {
      members: [me, client, maria].map((person) => ({ person, joinedAt: at(90), busy: false })),
      canChange: false,
      relationship: {
        owner: me,
        delegates: [
          { person: maria, starts: at(90), ends: at(-60 * 24 * 9), active: true, busy: false },
          {
            person: longName,
            starts: at(-60 * 24 * 9),
            ends: at(-60 * 24 * 20),
            active: false,
            busy: false,
          },
        ],
        mine: false,
        canChange: true,
        busy: false,
        query: "",
        candidates: crowd(12),
        successors: crowd(12),
        groups: true,
      },
    },
  },
  "list-marked": { items: marked, list: { archived: { count: 3, unread: 1 } } },
  "list-aside": {
    items: few.slice(6, 9).map((item) => ({ ...item, archived: true })),
    list: { aside: true, archived: { count: 3, unread: 1 } },
  },
  "list-menu": { items: marked, press: [["list.menu", { name: deal.name }]] },
  "list-empty": { items: [] },
  "list-loading": { items: [], list: { loading: "first" } },
  "list-one": { items: few.slice(2, 3), open: "c-client", rows: talk(1, client) },
  "list-500": {
    items: many(),
    open: "c-7",
    rows: talk(500, crowd(8)[7] ?? piotr),
    timeline: { moreBefore: true },
  },
  "ten-thousand": { items: few, open: "c-piotr", rows: talk(10_000, piotr) },
  "no-messages": { items: few, open: "c-client", rows: [] },
  search: { items: [deal], list: { query: "tranche", hits, people: [maria, longClient] } },
  "search-nothing": { items: [], list: { query: "zzyzx" } },
  "search-busy": { items: [], list: { query: "tran", searching: true } },
  "search-failed": { items: [], list: { query: "tran", trouble: { code: "offline" } } },
  "search-refused": {
    items: [],
    list: {
      query: "tranche -EUR",
      trouble: { code: "query_not_understood", part: "-EUR" },
    },
  },
  long: {
    items: few,
    open: "c-longclient",
    rows: arranged([
      message(longClient, LONG_TEXT, 40),
      message(me, LONG_TEXT, 30),
      message(longClient, "Aaaaaaaaaaaaaaa".repeat(30), 20),
      message(me, "Understood.", 10),
    ]),
  },
  formatted: {
    items: few,
    open: "c-piotr",
    rows: arranged([
      message(piotr, FORMATTED, 40),
      message(me, FORMATTED, 30),
      message(piotr, '```\nsettle(trade)\n  .on("2026-12-09")\n```', 20),
      message(me, "5*3*2 and snake_case_name stay as they are.", 10),
    ]),
  },
  "long-name": { items: few, open: "c-long", rows: talk(30, longName) },
  reply: {
    ...dealOpen,
    composer: {
      mode: "reply",
      quote: {
        eventId: "x",
        author: client,
        text: "Can we still move the second tranche to January?",
      },
      text: "Yes, I have asked risk already.",
      canSend: true,
    },
  },
  edit: {
    items: few,
    open: "c-piotr",
    rows: talk(30, piotr),
    composer: {
      mode: "edit",
      editing: "x",
      text: "Perfect. I will tell her at noon.",
      canSend: true,
    },
  },
  unrecorded: {
    ...dealOpen,
    status: { recording: "unavailable" },
    composer: { text: "The waiver is approved.", heldBack: true },
  },
  behind: {
    ...dealOpen,
    status: { recording: "behind" },
    composer: { text: "The waiver is approved.", heldBack: true },
  },
  lost: {
    ...dealOpen,
    status: { connection: "lost", unsent: 3 },
    composer: { text: "And the fee" },
  },
  offline: { ...dealOpen, status: { connection: "offline", unsent: 1 } },
  unkept: { items: few, status: { connection: "offline", unsent: 2, unkept: true } },
  crowded: { items: few, status: { connection: "crowded" } },
  connecting: { items: few, status: { connection: "connecting", failed: 2, clockAhead: 140 } },
  "too-long": {
    items: few,
    open: "c-piotr",
    rows: talk(9, piotr),
    composer: { text: LONG_TEXT + LONG_TEXT.slice(0, 800), over: 416 },
  },
  "near-limit": {
    items: few,
    open: "c-client",
    rows: talk(9, client),
    composer: { text: LONG_TEXT, left: 384, canSend: true },
  },
  unread: {
    items: few,
    open: "c-piotr",
    rows: half,
    timeline: { anchor: { serial: 1, key: "unread", reason: "unread", offset: 0 }, unseen: 82 },
  },
  place: {
    items: few,
    open: "c-piotr",
    rows: half,
    timeline: { anchor: { serial: 1, key: place, reason: "place", offset: 12 } },
  },
  newer: { items: few, newer: true },
  offer: { items: few, open: "c-client", rows: talk(12, client), offer: true },
  "reset-waits": { items: few, open: "c-client", rows: talk(12, client), ownReset: true },
  "client-long": { items: few, open: "c-longclient", rows: talk(12, longClient) },
  left: { items: few, open: "c-left", rows: talk(12, piotr) },
  detached: {
    items: few,
    open: "c-piotr",
    rows: talk(200, piotr),
    timeline: { moreAfter: true, unseen: 14 },
  },
  live: {
    items: few,
    open: "c-piotr",
    rows: talk(30, piotr),
    live: true,
    timeline: { moreBefore: true },
  },
  toasts: {
    ...dealOpen,
    toasts: [
      { id: 1, code: "message_discarded", tone: "note", canUndo: true },
      {
        id: 3,
        code: "client_waits",
        tone: "note",
        canUndo: true,
        values: { count: 1, name: "Clara Duarte" },
      },
      { id: 2, code: "not_allowed", tone: "failure", canUndo: false },
    ],
  },
  copy: {
    items: few.slice(0, 1),
    open: "c-piotr",
    rows: talk(5, piotr),
    copy: {},
    press: COPY_OPEN,
  },
  tour: { items: few.slice(0, 1), press: ["tour.open"] },
  "tour-amber": { items: few.slice(0, 1), press: ["tour.open", "tour.next", "tour.next"] },
  "tour-client": { items: few.slice(0, 1), copy: {}, press: ["tour.open", "tour.next"] },
  notifications: { items: few, press: LETTERS_OPEN, alerts: { named: true } },
  "notifications-quiet": {
    items: few,
    press: LETTERS_OPEN,
    alerts: { quiet: { zone: "Europe/Warsaw", starts: "19:00", ends: "07:00", weekends: true } },
  },
  "notifications-blocked": {
    items: few,
    press: LETTERS_OPEN,
    alerts: { on: false, permission: "blocked" },
  },
  letters: {
    items: few.slice(0, 1),
    open: "c-piotr",
    rows: talk(5, piotr),
    copy: {},
    press: LETTERS_OPEN,
  },
  "letters-off": {
    items: few.slice(0, 1),
    copy: {},
    letters: { wanted: false, to: { way: "sms", address: "•••• 567" } },
    toasts: [{ id: 1, code: "letters_off", tone: "note", canUndo: true }],
    press: LETTERS_OPEN,
  },
  "letters-failed": {
    items: few.slice(0, 1),
    copy: {},
    letters: { wanted: undefined, trouble: { code: "offline" } },
    press: LETTERS_OPEN,
  },
  "copy-making": {
    items: few.slice(0, 1),
    copy: { copy: { state: "making", done: 1200, total: 4310 } },
    press: COPY_OPEN,
  },
  "copy-ready": {
    items: few.slice(0, 1),
    copy: { copy: { state: "ready", done: 4310, total: 4310, size: 5_400_000, until: at(-50) } },
    press: COPY_OPEN,
  },
  "copy-failed": {
    items: few.slice(0, 1),
    copy: { copy: { state: "failed", done: 0, total: 4310 }, trouble: { code: "offline" } },
    press: COPY_OPEN,
  },
  "client-left": {
    items: [{ ...few[2], ended: true } as ConversationItem],
    open: "c-client",
    rows: talk(4, client),
    composer: { closed: "client_left" },
  },
  orders: {
    items: few,
    open: "c-client",
    rows: talk(6, client),
    composer: { ordersBanner: {}, text: "Buy 100 PKN at market", canSend: true, stopped: true },
  },
  "orders-banner": {
    items: few,
    open: "c-client",
    rows: talk(6, client),
    composer: {
      ordersBanner: {
        en: "No orders here: call the desk, +48 22 555 12 34.",
        pl: "Tu nie przyjmujemy zleceń: zadzwoń do nas, +48 22 555 12 34.",
      },
    },
  },
};
