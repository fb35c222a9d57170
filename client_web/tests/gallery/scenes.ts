/** What the console's gallery shows: who looks where, at how much, and what they press. */

import type { Somebody } from "../../src/view_models/switching";
import type { Press } from "../../src/views/gallery/press";
import type * as wire from "../../src/wire/types.gen";
import type { HookScene } from "./hooks";
import { MANY } from "./records";

export interface ConsoleScene {
  /** The address's fragment. */
  readonly at: string;
  /** Who looks; a compliance officer unless said. */
  readonly role?: wire.Person["role"];
  /** Of everything; 12 unless said. */
  readonly count?: number;
  readonly offline?: boolean;
  readonly signedOut?: boolean;
  /** Who was signed in in this tab before. */
  readonly was?: Somebody;
  /** Who looks has chosen no password yet. */
  readonly firstTime?: boolean;
  /** Somebody reported that their link was used. */
  readonly linkReport?: boolean;
  /** A conversation that lies outside the case. */
  readonly outside?: string;
  /** What the hooks are up to; nothing unless said. */
  readonly hooks?: HookScene;
  readonly press?: readonly Press[];
}

const CASE = "#/case/C-2026-114";
const PEOPLE = "person=p-long&person=p-client&person=p-piotr";
const QUERY = `words=EUR%20settlement&${PEOPLE}&why=A%20client%20complained`;
const searched = { at: `${CASE}?words=EUR`, press: ["console.query.verb"] } as const;
const opened = {
  at: `${CASE}?words=EUR&read=c-deal&at=3`,
  press: ["console.query.verb", "console.opening.verb"],
} as const;
const toMany = { ...opened, at: `${CASE}?words=EUR&read=${encodeURIComponent(MANY)}&at=31` };
const people = { at: "#/people", role: "administrator" } as const;
const destinations = { at: "#/destinations", role: "administrator" } as const;

export const CONSOLE_SCENES: Readonly<Record<string, ConsoleScene>> = {
  "console-sign-in": { at: "", signedOut: true },
  "console-switch": { at: "", was: { id: "p-anna", name: "Anna Kowalska" } },
  "console-first-password": { at: "", firstTime: true },
  "console-password": { at: "", press: ["password.change"] },
  "console-cases": { at: "" },
  "console-cases-none": { at: "", count: 0 },
  "console-cases-one": { at: "", count: 1 },
  "console-cases-500": { at: "", count: 500 },
  "console-cases-offline": { at: "", offline: true },
  "console-complaints": { at: "#/complaints" },
  "console-complaints-none": { at: "#/complaints?state=overdue", count: 0 },
  "console-complaints-one": { at: "#/complaints", count: 1 },
  "console-complaints-500": { at: "#/complaints?state=all", count: 500 },
  "console-complaints-offline": { at: "#/complaints", offline: true },
  "console-reports": { at: "#/reports" },
  "console-report-close": {
    at: "#/reports",
    press: [["console.reports.close.name", { reference: "R-70000-9M2BD" }]],
  },
  "console-reports-none": { at: "#/reports", count: 0 },
  "console-reports-offline": { at: "#/reports", offline: true },
  "console-work": { at: `${CASE}?${QUERY}` },
  "console-results-none": { ...searched, count: 0 },
  "console-results-one": { ...searched, count: 1 },
  "console-results-500": { ...searched, count: 500 },
  "console-results-offline": { ...searched, offline: true },
  "console-opening": { at: `${CASE}?words=EUR&read=c-deal`, press: ["console.query.verb"] },
  "console-own-reason": {
    at: `${CASE}?words=EUR&read=c-deal`,
    outside: "c-deal",
    press: ["console.query.verb", "console.opening.verb"],
  },
  "console-transcript": opened,
  "console-transcript-500": { ...opened, count: 500 },
  "console-export": { ...opened, press: [...opened.press, "console.range.export"] },
  "console-broadcast": toMany,
  "console-broadcast-200": { ...toMany, count: 200 },
  "console-broadcast-opening": { ...toMany, press: ["console.query.verb"] },
  "console-broadcast-export": { ...toMany, press: [...opened.press, "console.range.export"] },
  "console-exports": { at: `${CASE}/exports` },
  "console-exports-none": { at: `${CASE}/exports`, count: 0 },
  "console-record": { at: `${CASE}/record` },
  "console-record-500": { at: `${CASE}/record`, count: 500 },
  "console-login": { at: "#/login/KQ4T-7ZPD" },
  "console-people": people,
  "console-people-none": { ...people, count: 0 },
  "console-people-500": { ...people, count: 500 },
  "console-link-report": { ...people, linkReport: true },
  "console-account": { ...people, at: "#/people/p-long" },
  "console-end-account": { ...people, at: "#/people/p-amal", press: ["console.account.end"] },
  "console-link": { ...people, at: "#/people/p-long", press: ["console.account.link.chat"] },
  "console-import": { ...people, at: "#/import" },
  "console-firm": { ...people, at: "#/firm" },
  "console-hours": { ...people, at: "#/hours" },
  "console-hours-none": { ...people, at: "#/hours", count: 0 },
  "console-holidays": { ...people, at: "#/hours", count: 500 },
  "console-notices": { ...people, at: "#/notices" },
  "console-policy": { ...people, at: "#/notices", press: ["console.notices.employee"] },
  "console-notice-editor": { ...people, at: "#/notices", press: ["console.notices.edit"] },
  "console-destinations": { at: "#/destinations", hooks: "running" },
  "console-destinations-none": destinations,
  "console-destinations-offline": { ...destinations, offline: true },
  "console-destinations-catching-up": { ...destinations, hooks: "catching_up" },
  "console-destinations-differs": { ...destinations, hooks: "differs" },
  "console-destinations-paused": { ...destinations, hooks: "paused" },
  "console-destinations-away": { ...destinations, hooks: "away" },
  "console-destinations-receipts": {
    ...destinations,
    hooks: "paused",
    press: ["console.destinations.received.show"],
  },
  "console-destinations-replay": {
    ...destinations,
    hooks: "paused",
    press: ["console.destinations.verb.replay"],
  },
  "console-streams": { at: "#/streams", role: "auditor" },
  "console-stream": { at: "#/streams/identity", role: "auditor" },
};
