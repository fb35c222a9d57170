/** The console's server and address bar, in memory. */
import { Refused } from "../../src/session/failures";
import type { Upload } from "../../src/session/ports";
import { Console } from "../../src/view_models/console/console";
import type { ComplaintFields } from "../../src/view_models/console/place";
import type { Address, ConsoleApi, Wanted } from "../../src/view_models/console/ports";
import { matches } from "../../src/view_models/words";
import type * as wire from "../../src/wire/types.gen";
import { FakeClock } from "./clock";

export const CONVERSATION = "c".repeat(32);
const AT = "2026-11-24T09:00:00Z";
export const olga: wire.Person = {
  id: "a".repeat(32),
  name: "Olga",
  kind: "employee",
  org: "Bank",
  role: "compliance",
  outside: false,
};
const signedIn: wire.Me = { person: olga, device: "d", session: "s", firm: "Bank" };
const opened: wire.Case = { id: "C-1", reason: "why", opened_at: AT, last_at: AT, records: 1 };

function row(conv_seq: number): wire.TranscriptRow {
  return {
    archive_index: conv_seq,
    conv_seq,
    event_id: `${conv_seq}`,
    type: "x",
    at: AT,
    actor: olga,
  };
}

/** Two days by a plan: a Thursday, and the Friday after it. */
function aheadBy({ week, holidays }: wire.HoursPlan): wire.DayAhead[] {
  return ["2026-12-24", "2026-12-25"].map((date, day) => {
    const names = holidays.filter((one) => one.date === date).map(({ name }) => name);
    return { date, hours: names.length > 0 ? [] : (week[3 + day] ?? []), holidays: names };
  });
}

/** A console server with one case and one conversation of 5 records, read in pages of 2. */
export class Server implements ConsoleApi {
  readonly looked: string[] = [];
  session = true;
  role: wire.Person["role"] = "compliance";
  readonly people: wire.Account[] = [];
  readonly added: wire.NewAccount[] = [];
  readonly access: wire.Access[] = [];
  readonly served: wire.ServedClient[] = [];
  signedIn: wire.OpenSession[] = [];
  noticeVersions: wire.NoticeVersion[] = [
    { state: "in_force", locale: "en", title: "Old", text: "Text.", sha256: "0", accepted: 3 },
  ];
  fileRows: wire.ImportRow[] = [];
  firmProfile: wire.FirmProfile = { name: "Bank", org: "Bank" };
  officeHours: wire.OfficeHours = { version: "v", texts: {}, ahead: [] };
  ownHours: wire.OwnHours = {};
  clientsWaiting: wire.WaitingClient[] = [];
  readonly conversationsThere: wire.ConversationChoice[] = [];
  readonly reportsThere: wire.ListedReport[] = [];
  readonly complaintsThere: wire.ListedComplaint[] = [];
  unreadComplaints = 0;
  readonly asked: string[] = [];
  /** Refuses the next change with this code. */
  refusal: string | undefined;

  async me() {
    if (!this.session) throw new Refused(401, "no_session", "");
    return this.self();
  }
  async signIn() {
    return this.self();
  }
  async signOut() {}
  async directory() {
    return { people: [olga] };
  }
  /** At most 3 a page, so that there are more. */
  async conversations({ title, person }: Wanted = {}) {
    this.only("compliance");
    this.asked.push(`conversations ${title ?? ""} ${person ?? ""}`.trim());
    const fits = this.conversationsThere.filter(
      (one) =>
        (title === undefined || matches(title, [one.title ?? ""])) &&
        (person === undefined || one.members.includes(person)),
    );
    return { conversations: fits.slice(0, 3), more: fits.length > 3 };
  }
  /** At most 2 a page, so that there are more. */
  async complaints({ state, ...rest }: ComplaintFields, offset: number) {
    this.only("compliance");
    this.asked.push(["complaints", state, ...Object.values(rest), offset].join(" ").trim());
    const open = this.complaintsThere.filter((each) => each.state === "open");
    const fits = this.complaintsThere.filter(
      (each) =>
        (state === "all" || (state === "overdue" ? each.overdue : each.state === state)) &&
        each.reference.includes(rest.reference),
    );
    return {
      complaints: fits.slice(offset, offset + 2),
      more: fits.length > offset + 2,
      open: open.length,
      overdue: open.filter(({ overdue }) => overdue).length,
      upto: 40,
      categories: [
        { category: "fees", words: { en: "Fees and charges", pl: "Opłaty i prowizje" } },
        { category: "other", words: { en: "Something else", pl: "Inna sprawa" } },
      ],
    };
  }
  async reports(before = Number.MAX_SAFE_INTEGER) {
    this.only("compliance");
    this.asked.push(`reports ${before}`);
    const fits = this.reportsThere.filter(({ number }) => number < before);
    return { reports: fits.slice(0, 2), more: fits.length > 2 };
  }
  async complaintFigures() {
    this.only("compliance");
    return { open: this.complaintsThere.length, overdue: 0, unread: this.unreadComplaints };
  }
  async complaintsSeen(upto: number) {
    this.asked.push(`complaints seen ${upto}`);
    this.unreadComplaints = 0;
  }
  async accounts() {
    this.only("administrator");
    return { people: [...this.people], org: "Bank" };
  }
  async addAccount(body: wire.NewAccount): Promise<wire.Account> {
    this.change(`add ${body.name} ${body.role}`);
    this.added.push(body);
    const account = { kind: "employee" as const, outside: false, active: true, ...body };
    this.people.push({ ...account, id: `id of ${body.name}` });
    return { ...account, id: `id of ${body.name}` };
  }
  async makeLink(person: string, { place = "chat" }: wire.NewLink) {
    this.change(`link ${person} ${place}`);
    return { url: `https://${place}/#link=secret`, expires_at: AT };
  }
  async setPassword(person: string) {
    this.change(`password ${person}`);
  }
  async relationships() {
    return { relationships: [...this.served] };
  }

  async changeRelationship(conversation: string, body: Omit<wire.ChangeRelationship, "id">) {
    this.change(`${body.op} ${conversation} ${body.person} ${body.ends ?? ""}`.trim());
  }

  async deactivate(person: string, body: wire.Deactivation) {
    this.change(`deactivate ${person} ${body.successor ?? ""}`.trim());
    this.activity(person, false);
  }
  async activate(person: string) {
    this.change(`activate ${person}`);
    this.activity(person, true);
  }
  async notices(): Promise<wire.NoticeHistories> {
    this.only("administrator");
    return { languages: [{ locale: "en", versions: [...this.noticeVersions] }] };
  }
  async publishNotice({ from_at, ...body }: wire.NewNotice): Promise<wire.NoticeVersion> {
    this.change(`notice ${body.title} ${from_at ?? "now"}`);
    const state = from_at === undefined ? ("in_force" as const) : ("planned" as const);
    const made = { ...body, state, sha256: "5".repeat(64), accepted: 0, id: `n${body.title}` };
    const before = this.noticeVersions.map((one) =>
      state === "in_force" ? { ...one, state: "past" as const } : one,
    );
    this.noticeVersions = [made, ...before];
    return made;
  }
  async withdrawNotice(id: string) {
    this.change(`withdraw ${id}`);
    this.noticeVersions = this.noticeVersions.filter((one) => one.id !== id);
  }
  async previewImport(): Promise<wire.ImportPreview> {
    this.only("administrator");
    return { rows: [...this.fileRows], encoding: "utf-8", ignored: [] };
  }
  async importPeople({ rows, link_days }: wire.ImportBatch): Promise<wire.Imported> {
    this.change(`import ${rows.length} ${link_days}`);
    const link = { url: "https://chat/#link=s", expires_at: AT };
    const done = rows.map(({ username = "" }) => ({ username, state: "added" as const, link }));
    return { rows: done, added: done.length };
  }
  async setPosition(person: string, { title = "", branch = "" }: wire.Position) {
    this.change(`position of ${person}: ${title}, ${branch}`);
    const found = this.people.find(({ id }) => id === person);
    if (found === undefined) throw new Refused(404, "no_such_person", "None.");
    return found;
  }
  async setPictureOf(person: string, { type }: Upload) {
    this.change(`picture of ${person} ${type}`);
    return { picture: "f".repeat(64) };
  }
  async removePictureOf(person: string) {
    this.change(`no picture of ${person}`);
  }
  async firm(): Promise<wire.FirmProfile> {
    this.only("administrator");
    return { ...this.firmProfile };
  }
  async nameFirm({ name }: wire.FirmName) {
    this.change(`firm ${name}`);
    this.firmProfile = { ...this.firmProfile, name };
  }
  async setFirmPicture({ type }: Upload) {
    this.change(`firm picture ${type}`);
    this.firmProfile = { ...this.firmProfile, picture: "e".repeat(64) };
    return { picture: "e".repeat(64) };
  }
  async removeFirmPicture() {
    this.change("no firm picture");
    const { name, org } = this.firmProfile;
    this.firmProfile = { name, org };
  }
  async hours(): Promise<wire.OfficeHours> {
    this.only("administrator");
    return { ...this.officeHours };
  }
  async setHours({ replaces, plan, texts = {} }: wire.SetOfficeHours): Promise<wire.OfficeHours> {
    if (replaces !== this.officeHours.version) throw new Refused(409, "hours_changed", "");
    this.change(`hours ${plan?.zone ?? "none"} ${plan?.week[0]?.join(" ") ?? ""}`.trim());
    const version = `${replaces}'`;
    const ahead = plan === undefined ? [] : aheadBy(plan);
    this.officeHours = { version, texts, ahead, ...(plan === undefined ? {} : { plan }) };
    return this.officeHours;
  }
  async previewHours({ plan }: wire.HoursDraft): Promise<wire.DaysAhead> {
    this.only("administrator");
    return { ahead: aheadBy(plan) };
  }
  async readHolidays({ text }: wire.HolidayText): Promise<wire.Holidays> {
    this.only("administrator");
    if (text === "") throw new Refused(400, "bad_holiday", "");
    return { holidays: [{ date: "2026-12-25", name: text }] };
  }
  async waiting(): Promise<wire.WaitingClients> {
    this.only("administrator");
    return { waiting: [...this.clientsWaiting] };
  }
  async hoursOf(): Promise<wire.OwnHours> {
    this.only("administrator");
    return { ...this.ownHours };
  }
  async setHoursOf(person: string, { zone, week }: wire.SetOwnHours): Promise<wire.OwnHours> {
    this.change(`hours of ${person} ${zone ?? "the firm's"}`);
    const { zone: _zone, week: _week, ...rest } = this.ownHours;
    this.ownHours = zone === undefined || week === undefined ? rest : { ...rest, zone, week };
    return this.ownHours;
  }
  async setAwayOf(person: string, body: wire.SetAway): Promise<wire.OwnHours> {
    const { starts = AT, until, texts = {} } = body;
    this.change(`away ${person} ${until}`);
    this.ownHours = { ...this.ownHours, away: { starts, until, texts } };
    return this.ownHours;
  }
  async endAwayOf(person: string) {
    this.change(`back ${person}`);
    const { away: _, ...rest } = this.ownHours;
    this.ownHours = rest;
  }
  async sessions() {
    this.only("administrator");
    return { sessions: [...this.signedIn] };
  }
  async endSession(person: string, session: string) {
    this.change(`end ${session} of ${person}`);
    this.signedIn = this.signedIn.filter(({ id }) => id !== session);
  }
  async endSessions(person: string) {
    this.change(`end all of ${person}`);
    this.signedIn = [];
  }
  async tokens() {
    this.only("administrator");
    return { tokens: [...this.access] };
  }
  async makeToken(_: string, { name }: wire.NewAccess): Promise<wire.Access> {
    this.change(`token ${name}`);
    this.access.push({ id: `id of ${name}`, name, created_at: AT });
    return { id: `id of ${name}`, name, created_at: AT, secret: "secret" };
  }
  async revokeToken(token: string) {
    this.change(`revoke ${token}`);
    this.access.splice(0);
  }
  async streams() {
    this.only("auditor");
    return { streams: [{ id: "identity", kind: "identity", records: 5, last_at: AT }] };
  }
  async records(stream: string, before = 6) {
    this.only("auditor");
    this.looked.push(`records ${stream} ${before}`);
    const numbers = [5, 4, 3, 2, 1].filter((number) => number < before).slice(0, 2);
    const records = numbers.map((number) => ({
      number,
      archive_index: number,
      event_id: `${number}`,
      type: "link.created",
      at: AT,
      actor: olga,
      facts: { person: olga.id, audience: "chat" },
    }));
    return { records, more: (numbers.at(-1) ?? 1) > 1 };
  }
  async cases() {
    this.only("compliance");
    return { cases: [opened] };
  }
  async openCase() {
    return opened;
  }
  async looks(id: string): Promise<wire.CaseLooks> {
    if (id !== opened.id) throw new Refused(404, "no_such_case", "");
    return { case: opened, looks: [], more: false };
  }
  async searchCase(_: string, query: wire.Query): Promise<wire.SearchResult> {
    if (!this.session) throw new Refused(401, "no_session", "");
    this.looked.push(`search ${JSON.stringify(query)}`);
    const about = { number: 2, recorded_at: AT, count: 0, records: 0, sha256: "", upto: 9 };
    return { ...about, hits: [], more: false };
  }
  async hits() {
    return { offset: 0, hits: [], more: false };
  }
  async openRange(_: string, range: wire.OpenRange): Promise<wire.OpenedRange> {
    this.looked.push(`range ${range.conversation} ${range.reason ?? ""}`.trim());
    const about = { number: 3, recorded_at: AT, conversation: range.conversation, kind: "group" };
    return { ...about, first: 1, last: 5, count: 5, members: [], people: [], read_marks: [] };
  }
  async rows(_: string, __: number, after: number) {
    const rows = [1, 2, 3, 4, 5]
      .filter((seq) => seq > after)
      .slice(0, 2)
      .map(row);
    return { rows, more_before: after > 0, more_after: after + rows.length < 5 };
  }
  async exports(): Promise<wire.Exports> {
    return { exports: [] };
  }
  async order(): Promise<wire.Export> {
    throw new Refused(429, "too_many_exports", "");
  }
  async dropExport() {}
  async askedLogin(code: string) {
    return { code, device: "x", address: "y", asked_at: AT, expires_at: AT };
  }
  async answerLogin() {}

  private self(): wire.Me {
    return { ...signedIn, person: { ...olga, role: this.role } };
  }

  private only(role: string): void {
    if (this.role !== role) throw new Refused(403, "wrong_role", "");
  }

  private change(what: string): void {
    this.only("administrator");
    const { refusal } = this;
    this.refusal = undefined;
    if (refusal !== undefined) throw new Refused(409, refusal, "");
    this.looked.push(what);
  }

  private activity(person: string, active: boolean): void {
    const at = this.people.findIndex(({ id }) => id === person);
    const found = this.people[at];
    if (found !== undefined) this.people[at] = { ...found, active };
  }
}

/** One tab's address bar. */
export class Bar implements Address {
  readonly steps = [""];
  read = () => this.steps.at(-1) ?? "";
  push = (fragment: string) => void this.steps.push(fragment);
  replace = (fragment: string) => void this.steps.splice(-1, 1, fragment);
  subscribe = () => () => {};
}

/** A console that was started at an address. */
export async function startedAt(
  fragment: string,
  server: Server,
  bar: Bar,
  clock = new FakeClock(),
) {
  bar.replace(fragment);
  const app = new Console({
    api: server,
    address: bar,
    clock,
    deviceName: "test",
    zone: "Europe/Warsaw",
    takeLink: () => undefined,
  });
  await app.start();
  return app;
}
