/** The accounts that the fake console keeps. */
import { Refused } from "../../src/session/failures";
import type { Upload } from "../../src/session/ports";
import type { Given } from "../../src/view_models/console/ports";
import type * as wire from "../../src/wire/types.gen";
import { AT, Desk } from "./console_desk";

const OFFICE = new Set<string>(["compliance", "auditor", "administrator"]);

export class PeopleDesk extends Desk {
  readonly people: wire.Account[] = [];
  readonly added: wire.NewAccount[] = [];
  readonly access: wire.Access[] = [];
  readonly served: wire.ServedClient[] = [];
  leavers: wire.Leaver[] = [];
  open: wire.LeftOpen = {
    conversations: 0,
    invites: 0,
    groups: 0,
    bots: [],
    scheduled: 0,
    cases: 0,
  };
  signedIn: wire.OpenSession[] = [];
  fileRows: wire.ImportRow[] = [];
  ownHours: wire.OwnHours = {};
  asking: wire.ApprovalRequest[] = [];

  async accounts() {
    this.only("administrator");
    return { people: [...this.people], org: "Bank" };
  }

  async addAccount(body: wire.NewAccount): Promise<wire.Account> {
    this.change(`add ${body.name} ${body.role}`);
    this.added.push(body);
    const waits = OFFICE.has(body.role);
    const role = waits ? ("employee" as const) : body.role;
    const kind = "employee" as const;
    const account = { kind, outside: false, active: true, ...body, role, id: `id of ${body.name}` };
    this.people.push(account);
    if (waits) {
      const changes = [{ field: "role" as const, before: role, after: body.role }];
      const about = { person: account.id, waits_for: "sign_in" as const, changes };
      this.wait("change", body.name, about);
    }
    return account;
  }

  async changeAccount(person: string, body: wire.ChangeAccount): Promise<Given<wire.Account>> {
    this.change(`change ${person} ${JSON.stringify(body)}`);
    const found = this.people.find(({ id }) => id === person);
    if (found === undefined) throw new Refused(404, "no_such_person", "None.");
    return found.enrolled || OFFICE.has(body.role ?? "")
      ? this.wait("change", found.name)
      : { done: found };
  }

  async makeLink(person: string, { place = "chat" }: wire.NewLink): Promise<Given<wire.MadeLink>> {
    this.change(`link ${person} ${place}`);
    const found = this.people.find(({ id }) => id === person);
    if (found?.enrolled) return this.wait("link", found.name);
    return { done: { url: `https://${place}/#link=secret`, expires_at: AT } };
  }

  async requests() {
    return { requests: [...this.asking] };
  }

  async approve(request: string, { code }: wire.Approval): Promise<wire.Approved> {
    this.change(code === undefined ? `approve ${request}` : `approve ${request} with ${code}`);
    const [account] = this.people;
    if (account === undefined) throw new Refused(404, "no_such_request", "None.");
    this.asking = this.asking.filter(({ id }) => id !== request);
    return { account, link: { url: "https://chat/#link=secret", expires_at: AT } };
  }

  async decline(request: string) {
    this.change(`decline ${request}`);
    this.asking = this.asking.filter(({ id }) => id !== request);
  }

  async withdraw(request: string) {
    this.change(`withdraw ${request}`);
    this.asking = this.asking.filter(({ id }) => id !== request);
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
    return this.open;
  }

  async leftOpen() {
    return this.open;
  }

  async uncovered() {
    this.only("administrator");
    return { leavers: [...this.leavers], alarm_hours: 24 };
  }

  async nameSuccessor(person: string, { successor }: wire.Succession) {
    this.change(`${successor} takes over from ${person}`);
    this.leavers = this.leavers.filter((each) => each.person !== person);
  }

  async activate(person: string): Promise<Given<undefined>> {
    this.change(`activate ${person}`);
    return this.wait("activate", person);
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

  async revokeToken(token: string) {
    this.change(`revoke ${token}`);
    this.access.splice(0);
  }

  private wait(
    wanted: wire.ApprovalRequest["wanted"],
    name: string,
    more: Partial<wire.ApprovalRequest> = {},
  ) {
    const id = `${this.asking.length + 1}`;
    const by = { asked_by: "Olga", own: true, about_oneself: false };
    const about = { asked_at: AT, expires_at: AT, changes: [], ...more };
    const waits = { id, wanted, name, ...about, ...by };
    this.asking.push(waits);
    return { waits };
  }

  private activity(person: string, active: boolean): void {
    const at = this.people.findIndex(({ id }) => id === person);
    const found = this.people[at];
    if (found !== undefined) this.people[at] = { ...found, active };
  }
}
