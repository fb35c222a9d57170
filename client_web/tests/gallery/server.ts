/** The gallery's console server: as much of everything as a scene says. */
import { Unreachable } from "../../src/session/failures";
import { at } from "../../src/views/gallery/rows";
import type * as wire from "../../src/wire/types.gen";
import { Server } from "../fakes/console";
import * as records from "./records";

const ALL = { state: "all", person: "", category: "", reference: "" } as const;

export class GalleryServer extends Server {
  /** How much there is: 0, 1, 500. */
  readonly count: number;
  /** Nothing is reached once somebody is signed in. */
  readonly offline: boolean;

  constructor(role: wire.Person["role"], count: number, offline: boolean) {
    super();
    this.role = role;
    this.count = count;
    this.offline = offline;
    this.people.push(...records.accounts(count));
    if (count > 1) this.asking = [...records.requests];
    const made = { id: "t", created_at: at(60 * 24 * 3), expires_at: at(-60 * 24 * 90) };
    this.access.push({ ...made, name: "Trade confirmations of the settlement system", burst: 40 });
    const session = { place: "chat", auth: "password", address: "10.4.17.22" } as const;
    const times = { signed_in_at: at(600), seen_at: at(9), expires_at: at(-100), own: false };
    this.signedIn = [
      { ...session, ...times, id: "s1", device: "d1", name: "Chromium, Linux", connected: true },
      { ...session, ...times, id: "s2", device: "d2", name: "Safari, iPhone", connected: false },
    ];
    if (count > 0) this.officeHours = records.officeHours(count);
    this.leavers = records.leavers(count);
    this.clientsWaiting = records.clientsWaiting.slice(0, count);
    this.conversationsThere.push(
      conversation("c-deal", ["p-client", "p-me", "p-piotr"], "Brzeska refinancing"),
      conversation("c-long", ["p-long", "p-me"]),
    );
  }

  override async me(): Promise<wire.Me> {
    const me = await super.me();
    return { ...me, firm: "Harbour Bank", person: { ...records.officer, role: this.role } };
  }
  override async directory() {
    return { people: [...records.directory] };
  }
  override async cases() {
    this.reach();
    return { cases: records.cases(this.count) };
  }
  override async complaints() {
    this.reach();
    const complaints = records.complaints(this.count);
    const open = complaints.filter(({ state }) => state === "open").length;
    const overdue = complaints.filter((each) => each.overdue).length;
    return { ...(await super.complaints(ALL, 0)), complaints, open, overdue, more: open > 100 };
  }
  override async reports() {
    this.reach();
    return { reports: records.reports(this.count), more: this.count > 100 };
  }
  override async hooks() {
    this.reach();
    return super.hooks();
  }
  override async looks() {
    this.reach();
    const looks = records.looks(this.count);
    return { case: records.cases(1)[0] as wire.Case, looks, more: this.count > 1 };
  }
  override async searchCase(): Promise<wire.SearchResult> {
    this.reach();
    const { count } = this;
    const about = { number: 4, recorded_at: at(0), records: count * 2, sha256: "0", upto: 52_000 };
    return { ...about, count, hits: records.hits(count), more: false };
  }
  override async openRange(_: string, { conversation, reason }: wire.OpenRange) {
    this.reach();
    this.within(conversation, reason);
    return conversation === records.MANY
      ? records.manyRange(this.count)
      : records.range(this.count);
  }
  override async rows(_: string, number: number) {
    const many = number === records.manyRange(0).number;
    const rows = many ? [records.manyRow(this.count)] : records.rows(this.count);
    return { rows, more_before: false, more_after: false };
  }
  override async exports() {
    this.reach();
    return { exports: records.exportsMade.slice(0, this.count) };
  }
  override async streams() {
    this.reach();
    const ids = ["identity", "keys", "policy", "service", "case:C-2026-114"].slice(0, this.count);
    return {
      streams: ids.map((id, i) => ({ id, kind: id, records: 5 + i * 4_100, last_at: at(i * 700) })),
    };
  }
  override async askedLogin(code: string) {
    return {
      code,
      device: "onrecord 0.1 on compliance-laptop-17.harbour.example",
      address: "10.4.17.22",
      asked_at: at(1),
      expires_at: at(-9),
    };
  }
  override async makeLink() {
    const url = `https://console.harbour.example/#link=${"aB3-_".repeat(9)}`;
    return { done: { url, expires_at: at(-60) } };
  }

  private reach(): void {
    if (this.offline) throw new Unreachable("offline");
  }
}

function conversation(id: string, members: string[], title?: string): wire.ConversationChoice {
  const times = { first_at: at(60 * 24 * 90), last_at: at(20) };
  const about = {
    id,
    members,
    former: [],
    outside: members.includes("p-client"),
    last_seq: 52_310,
  };
  return { ...about, ...times, kind: "group", ...(title === undefined ? {} : { title }) };
}
