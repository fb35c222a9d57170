/** What opens over and beside a conversation: sheets, dialogs, menus; and the states between. */
import type { ComplaintForm } from "../../view_models/complaints";
import type { ConversationItem } from "../../view_models/conversation_list";
import type { MemberView } from "../../view_models/members";
import type { TimelineRow } from "../../view_models/timeline";
import { complainedTalk, FORM, LISTED } from "./complaints";
import type { Scene } from "./fakes";
import { CALLED, SENT_ON } from "./forward";
import { amal, client, crowd, longClient, longName, maria, me, noa, piotr } from "./people";
import { arranged, at, everything, isKept, message, NOW, talk } from "./rows";
import { deal, direct, few, hits, SCENES } from "./scenes";

const dealOpen: Scene = { items: few, open: "c-deal", rows: everything() };
const piotrOpen: Scene = { items: few, open: "c-piotr", rows: talk(30, piotr) };
const finding = (find: Scene["find"]): Scene => ({ ...dealOpen, find, press: ["find.title"] });
const servedOpen: Scene = { items: few, ...SCENES.served };
const complained: Scene = {
  items: few,
  open: "c-client",
  rows: complainedTalk(),
  complaints: { list: LISTED },
};
/** As the client sees it, with the form open. */
const complaining = (form: Partial<ComplaintForm>): Scene => ({
  ...complained,
  complaints: { client: true, list: [], form: { ...FORM, ...form } },
});
const planned: Scene["planned"] = [
  {
    id: "p1",
    text: "Good morning! The committee meets at nine; please have the term sheet at hand.",
    files: ["Offer Brzeska 2026.pdf", "chart.png"],
    at: at(-60 * 14),
    state: "waiting",
    busy: false,
  },
  {
    id: "p2",
    text: "And the fee note, as promised.",
    files: [],
    at: at(40),
    state: "refused",
    trouble: { code: "client_left" },
    keptUntil: at(40 - 30 * 24 * 60),
    busy: false,
  },
];
const plannedItems = (scheduled: ConversationItem["scheduled"]) =>
  few.map((item) => (item.id === "c-piotr" ? { ...item, scheduled } : item));
const plannedOpen: Scene = {
  ...piotrOpen,
  items: plannedItems({ count: 2, next: at(-60 * 14), refused: 0 }),
  planned,
};
const stuck: Scene = {
  ...plannedOpen,
  composer: { closed: "left", text: "And the other draft, if it helps.\nTom" },
};
const account = ["account.open", { name: me.name }] as const;

function members(count: number): readonly MemberView[] {
  const people = [me, longName, longClient, client, ...crowd(count)].slice(0, count);
  return people.map((person) => ({ person, joinedAt: at(9000), busy: false }));
}

/** Names and texts of both directions, where they are cut and where they stand among others. */
function bothWays(): Scene {
  const committee: ConversationItem = direct("c-both", noa, {
    kind: "group",
    name: "ועדת האשראי של הבנק לענייני מימון מחדש ופירעון מוקדם של הלוואות",
    others: [noa, client, amal],
    outside: true,
    outsideName: "⁨مؤسسة الحداد للتجارة الدولية والاستثمار⁩, Brzeska Logistics",
    typing: [noa, piotr],
    unread: 3,
  });
  const rows: TimelineRow[] = [
    { kind: "notice", key: "b1", type: "member.added", actor: noa, person: piotr, at: at(70) },
    message(noa, "מחיר העסקה הוא 4,250,000 EUR, והמועד הוא 2026-12-09.", 60),
    message(client, "The reference is ⁦FV/2026/11⁩, signed by נועה לוי.", 50),
    message(amal, "صباح الخير، هل وصلت الوثائق؟", 40, {
      reactions: [
        { emoji: "👍", people: [noa, client, me], mine: true },
        { emoji: "🙏", people: [piotr], mine: false },
      ],
    }),
    message(me, "Yes, all of them.", 30, {
      quote: { eventId: "b", author: noa, text: "מחיר העסקה הוא 4,250,000 EUR" },
    }),
  ];
  return {
    items: [committee, ...few],
    open: "c-both",
    rows: arranged(rows),
    composer: { mode: "reply", quote: { eventId: "b", author: noa, text: "מחיר העסקה" } },
  };
}

const REPORTABLE = arranged([
  message(piotr, "She may want the fee waived, too. Nobody needs to know.", 3),
]);
const clientOpen: Scene = { items: few, open: "c-client", rows: talk(12, client) };
const checking = ["details.open", "check.reset", "check.reset.verb"] as const;

export const OPENED: Readonly<Record<string, Scene>> = {
  "client-check": { ...clientOpen, press: ["details.open"] },
  "client-confirm": { ...clientOpen, press: ["details.open", "check.confirm"] },
  "client-withdraw": { ...clientOpen, press: ["details.open", "check.withdraw"] },
  "client-reset": { ...clientOpen, press: ["details.open", "check.reset"] },
  "client-reset-waits": { ...clientOpen, waitingReset: true, press: ["details.open"] },
  "client-link": { ...clientOpen, press: checking },
  complained,
  "complaint-list": { ...complained, press: ["details.open"] },
  "complaint-end": { ...complained, press: ["details.open", "complaint.answer.open"] },
  complaint: complaining({}),
  "complaint-new": complaining({ target: undefined, category: undefined, text: "" }),
  "complaint-held": complaining({ held: true, trouble: { code: "other_client_reads" } }),
  "complaint-refused": complaining({ trouble: { code: "complaint_exists" } }),
  "complaint-sending": complaining({ step: "sending" }),
  "complaint-made": complaining({
    step: "done",
    reference: "C-7K3QX-9M2BD",
    due: at(-60 * 24 * 30),
  }),
  "both-ways": bothWays(),
  "log-loading": { items: few, open: "c-piotr", rows: [], timeline: { loading: "first" } },
  "log-held": {
    items: few,
    open: "c-piotr",
    rows: arranged([
      ...talk(6, piotr).filter(isKept),
      message(me, "The amended schedule is on its way.", 0, {
        tick: "clock",
        heldUntil: NOW + 5_000,
      }),
    ]),
    composer: { held: "held" },
  },
  "log-failed": {
    items: few,
    open: "c-piotr",
    rows: [],
    timeline: { trouble: { code: "offline" } },
  },
  "later-list": { ...plannedOpen, press: ["later.show"] },
  "later-refused": {
    ...plannedOpen,
    items: plannedItems({ count: 2, next: at(-60), refused: 1 }),
    press: ["later.show"],
  },
  "later-stuck": { ...stuck, press: ["later.show"] },
  unsent: stuck,
  "reply-removed": {
    ...piotrOpen,
    composer: { text: "At noon.", mode: "reply", quote: { eventId: "gone", author: piotr } },
  },
  "edit-removed": { ...piotrOpen, composer: { text: "at ten", orphaned: true } },
  "send-later": {
    ...piotrOpen,
    composer: { text: "The committee meets at nine.", canSend: true, canPlan: true },
    press: ["later.open"],
  },
  "send-later-client": {
    ...clientOpen,
    composer: { canSend: true, canPlan: true, crossesLater: "Brzeska Logistics" },
    press: ["later.open"],
  },
  "later-edit": { ...plannedOpen, press: ["later.show", "later.change"] },
  starred: { items: few, starred: hits, press: [account, "starred.title"] },
  people: { items: few, press: [account, "people.title"] },
  "own-status": { items: few, press: [account, "status.title"] },
  "their-time": { ...piotrOpen, theirHours: { there: false, zone: "Asia/Singapore" } },
  "their-absence": {
    ...piotrOpen,
    items: few.map((item) =>
      item.id === piotrOpen.open
        ? { ...item, others: [{ ...piotr, awayUntil: "2026-12-07T08:00:00Z" }] }
        : item,
    ),
  },
  "people-one": { items: [], press: [account, "people.title"] },
  person: {
    items: few,
    press: [account, "people.title", ["info.more", { count: 50 }], "pick"],
  },
  "person-away": { items: [], press: [account, "people.title", "pick"] },
  "starred-none": { items: few, press: [account, "starred.title"] },
  help: { items: few, press: [account, "help.title"] },
  "account-menu": { items: few, press: [account] },
  "account-menu-client": { items: few.slice(0, 1), copy: {}, press: [account] },
  called: {
    items: few,
    open: "c-deal",
    rows: CALLED,
    composer: {
      text: "@all Please look at this, @",
      callsAll: 6,
      canSend: true,
      calling: { offers: [piotr, client, longClient, longName, undefined], active: 1, members: 7 },
    },
  },
  "sent-on": { items: few, open: "c-piotr", rows: SENT_ON },
  report: { ...piotrOpen, rows: REPORTABLE, press: ["context", "message.report"] },
  "report-made": {
    ...piotrOpen,
    rows: REPORTABLE,
    report: { done: { reference: "R-7K3QX-9M2BD", at: at(0) } },
    press: ["context", "message.report"],
  },
  forward: { ...dealOpen, press: ["context", "message.forward"] },
  "forward-chosen": {
    ...dealOpen,
    forward: {
      targets: few.map((item, at) => ({ item, chosen: at < 3 })),
      chosen: few.slice(0, 3),
      crossing: { to: "Brzeska Logistics", from: longClient.org },
      canSend: true,
    },
    press: ["context", "message.forward"],
  },
  "forward-across": {
    ...dealOpen,
    forward: {
      chosen: few.slice(0, 3),
      crossing: { to: "Brzeska Logistics", from: "" },
      asking: true,
      canSend: true,
    },
    press: ["context", "message.forward"],
  },
  "message-menu": { ...dealOpen, press: ["context"] },
  "recording-note": { ...dealOpen, press: ["recording.on"] },
  "nudge-writing": {
    ...piotrOpen,
    composer: { text: "Let us go on by WhatsApp", nudge: "invite", canSend: true },
  },
  "nudge-reading": {
    items: few,
    open: "c-piotr",
    rows: arranged([
      ...talk(5, piotr).filter(({ kind }) => kind === "message"),
      message(piotr, "Call me on my private number, it is quicker.", 2, { nudge: "invite" }),
    ]),
  },
  members: { ...dealOpen, press: ["members.open"] },
  "members-one": {
    ...piotrOpen,
    press: ["details.open"],
  },
  "members-500": {
    ...dealOpen,
    members: { members: members(500) },
    press: ["members.open"],
  },
  "members-described": {
    ...dealOpen,
    members: {
      description: "Everything about the refinancing: terms, documents, dates.\nNo prices here.",
      adminsOnly: true,
    },
    press: ["members.open"],
  },
  "members-announced": {
    ...dealOpen,
    composer: { closed: "admins_only" },
    members: { canChange: false, adminsOnly: true, description: "News of the branch" },
    press: ["members.open"],
  },
  "group-link": {
    ...dealOpen,
    members: { link: { by: me, until: at(-60 * 24 * 3), over: false, uses: 4 } },
    press: ["members.open"],
  },
  "group-link-new": { ...dealOpen, press: ["members.open", "group.link.make"] },
  join: {
    items: few,
    join: {
      offer: {
        title: "Branch news",
        description: "What happens in the branch",
        members: 41,
        by: "Piotr Zieliński",
        joined: false,
      },
    },
  },
  "join-over": { items: few, join: { trouble: { code: "no_such_link" } } },
  "describe-group": { ...dealOpen, press: ["members.open", "group.description.open"] },
  "make-admin": {
    ...dealOpen,
    press: ["members.open", ["members.menu", { name: maria.name }], "members.admin"],
  },
  "leave-to": {
    ...dealOpen,
    members: { lastAdmin: true },
    press: ["members.open", "leave.open", "pick"],
  },
  "members-refused": {
    ...dealOpen,
    members: { trouble: { code: "offline" } },
    press: ["members.open"],
  },
  "members-served": { ...servedOpen, press: ["details.open"] },
  "hand-over": { ...servedOpen, press: ["details.open", "hand_over.open"] },
  "stand-in": { ...servedOpen, press: ["details.open", "delegate.open", "pick"] },
  "member-menu": {
    ...dealOpen,
    press: ["members.open", ["members.menu", { name: maria.name }]],
  },
  "member-remove": {
    ...dealOpen,
    press: ["members.open", ["members.menu", { name: maria.name }], "members.remove"],
  },
  "share-from": {
    ...dealOpen,
    press: ["members.open", ["members.menu", { name: maria.name }], "share.open"],
  },
  "add-person": { ...dealOpen, press: ["members.open", "add.open", "pick"] },
  leave: { ...dealOpen, press: ["members.open", "leave.open"] },
  info: { ...dealOpen, press: ["context", "message.info"] },
  "info-500": { ...dealOpen, readers: 500, press: ["context", "message.info"] },
  "all-emoji": { ...dealOpen, press: ["context", "emoji.more"] },
  devices: { items: few, press: [account, "devices.title"] },
  "devices-asks": {
    items: few,
    press: [account, "devices.title", ["devices.sign_out.name", { name: "Safari, iPhone" }]],
  },
  "app-lock": { items: few, press: [account, "lock.title"] },
  "app-lock-demanded": {
    items: few,
    lock: { minutes: 0, most: 15 },
    passkeys: { passkeys: [], asksPassword: true },
    press: [account, "lock.title"],
  },
  picture: { items: few, press: [account, "picture.title"] },
  hours: { items: few, press: [account, "hours.title"] },
  invites: { items: few, press: ["invites.title"] },
  "invites-empty": { items: [], press: ["invites.title"] },
  "invites-link": {
    items: few,
    press: ["invites.title", ["invites.renew.name", { name: "Halina Brzeska" }]],
  },
  "invites-form": { items: few, press: ["invites.title", "invites.begin"] },
  shortcuts: { items: few, press: ["help"] },
  switcher: { items: few, press: ["switch"] },
  "switcher-found": { items: few, press: ["switch", { type: "ma" }] },
  "switcher-messages": { items: few, press: ["switch", { type: "qq" }] },
  "new-direct": { items: few, press: ["new.open"] },
  "new-nobody": { items: [], fresh: { candidates: [] }, press: ["new.open"] },
  "new-500": { items: few, fresh: { candidates: crowd(500) }, press: ["new.open"] },
  "new-apart": {
    items: few,
    fresh: {
      chosen: [piotr, client],
      kind: "group",
      apart: true,
      text: "The branch closes at noon on Friday.",
      outsideNames: ["Brzeska Logistics"],
      canCreate: true,
    },
    press: ["new.open"],
  },
  "new-sent": {
    items: few,
    fresh: { sent: { count: 12, missed: [client] } },
    press: ["new.open"],
  },
  "new-group": {
    items: few,
    fresh: {
      chosen: [piotr, client, longClient],
      kind: "group",
      outsideNames: ["Brzeska Logistics", longClient.org],
      canCreate: true,
    },
    press: ["new.open"],
  },
  "sign-out-unsent": { items: few, press: [account, "sign_out.open"] },
  find: finding({ query: "the" }),
  "find-shown": { ...finding({ query: "the", at: 2 }), press: ["find.title", "find.list"] },
  "find-many": { ...finding({ query: "the", more: true, at: 1 }), press: ["find.title"] },
  "find-empty": finding({ query: "zzyzx" }),
  "find-failed": finding({ query: "the", hits: [], trouble: { code: "offline" } }),
  "search-500": {
    items: [deal],
    list: {
      query: "tranche",
      hits: Array.from({ length: 500 }, (_, i) => ({
        eventId: `h-${i}`,
        conversation: "c-deal",
        conversationName: i % 3 ? "Brzeska refinancing" : longName.name,
        outside: i % 3 > 0,
        author: i % 2 ? client : longName,
        at: at(i * 200),
        text: `${"The second ".repeat(i % 9)}tranche is paid out in January.`,
        marks: [[11 * (i % 9), 11 * (i % 9) + 7] as const],
      })),
    },
  },
};
