/** The console's REST side over fetch. */
import { newClientId } from "../session/ids";
import type { Upload } from "../session/ports";
import type { ComplaintFields } from "../view_models/console/place";
import type { ConsoleApi, Given, Wanted } from "../view_models/console/ports";
import type { Definition } from "../wire/schema";
import type * as wire from "../wire/types.gen";
import { json, understood } from "./answers";
import { browserCrypto } from "./browser";
import { FetchApi, uploaded } from "./fetch_api";

/** A search of years may read for long, and is on the record already: giving up helps nobody. */
const LOOK_DEADLINE_MS = 120_000;
const ROWS = "500";
const PEOPLE = "/api/v1/admin/people";
const HOURS = "/api/v1/admin/hours";
const FIRM = "/api/v1/admin/firm";
const REQUESTS = "/api/v1/admin/requests";
/** RFC 9110's 202, Accepted. */
const WAITS = 202;
const NOTICES = "/api/v1/admin/notices";
const HOOKS = "/api/v1/admin/hooks";

export class FetchConsoleApi extends FetchApi implements ConsoleApi {
  directory(): Promise<wire.Directory> {
    return this.get("Directory", "/api/v1/people");
  }

  conversations(wanted: Wanted = {}): Promise<wire.ConversationChoices> {
    const query = new URLSearchParams({ limit: ROWS, ...wanted });
    return this.get("ConversationChoices", `/api/v1/conversations?${query}`);
  }

  accounts(): Promise<wire.Accounts> {
    return this.get("Accounts", PEOPLE);
  }

  addAccount(body: wire.NewAccount): Promise<wire.Account> {
    return this.get("Account", PEOPLE, posted(body));
  }

  changeAccount(person: string, body: wire.ChangeAccount): Promise<Given<wire.Account>> {
    return this.given("Account", one(person), put(body));
  }

  makeLink(person: string, body: wire.NewLink): Promise<Given<wire.MadeLink>> {
    return this.given("MadeLink", `${one(person)}/links`, posted(body));
  }

  requests(): Promise<wire.ApprovalRequests> {
    return this.get("ApprovalRequests", REQUESTS);
  }

  approve(request: string, body: wire.Approval): Promise<wire.Approved> {
    return this.get("Approved", `${asked(request)}/approve`, posted(body));
  }

  async decline(request: string): Promise<void> {
    await this.ask(`${asked(request)}/decline`, { method: "POST" });
  }

  async withdraw(request: string): Promise<void> {
    await this.ask(asked(request), { method: "DELETE" });
  }

  deactivate(person: string, body: wire.Deactivation): Promise<wire.LeftOpen> {
    return this.get("LeftOpen", `${one(person)}/deactivate`, posted(body));
  }

  leftOpen(person: string): Promise<wire.LeftOpen> {
    return this.get("LeftOpen", `${one(person)}/left-open`);
  }

  uncovered(): Promise<wire.Leavers> {
    return this.get("Leavers", "/api/v1/admin/uncovered");
  }

  async nameSuccessor(person: string, body: wire.Succession): Promise<void> {
    await this.ask(`${one(person)}/successor`, posted(body));
  }

  relationships(person: string): Promise<wire.ServedClients> {
    return this.get("ServedClients", `${one(person)}/relationships`);
  }

  async changeRelationship(
    conversation: string,
    body: Omit<wire.ChangeRelationship, "id">,
  ): Promise<void> {
    const path = `/api/v1/admin/relationships/${encodeURIComponent(conversation)}`;
    await this.ask(path, posted({ id: newClientId(Date.now(), browserCrypto), ...body }));
  }

  async activate(person: string): Promise<Given<undefined>> {
    const response = await this.ask(`${one(person)}/activate`, { method: "POST" });
    return response.status === WAITS ? this.waits(response) : { done: undefined };
  }

  notices(): Promise<wire.NoticeHistories> {
    return this.get("NoticeHistories", NOTICES);
  }

  publishNotice(body: wire.NewNotice): Promise<wire.NoticeVersion> {
    return this.get("NoticeVersion", NOTICES, posted(body));
  }

  async withdrawNotice(id: string): Promise<void> {
    await this.ask(`${NOTICES}/${encodeURIComponent(id)}`, { method: "DELETE" });
  }

  previewImport(file: Upload): Promise<wire.ImportPreview> {
    const request = { ...uploaded(file), method: "POST" };
    return this.get("ImportPreview", `${PEOPLE}/import/preview`, request);
  }

  importPeople(body: wire.ImportBatch): Promise<wire.Imported> {
    return this.get("Imported", `${PEOPLE}/import`, posted(body));
  }

  setPosition(person: string, body: wire.Position): Promise<wire.Account> {
    const change = { method: "PUT", body: JSON.stringify(body) };
    return this.get("Account", `${one(person)}/position`, change);
  }

  setPictureOf(person: string, file: Upload): Promise<wire.PictureSet> {
    return this.get("PictureSet", `${one(person)}/picture`, uploaded(file));
  }

  async removePictureOf(person: string): Promise<void> {
    await this.ask(`${one(person)}/picture`, { method: "DELETE" });
  }

  firm(): Promise<wire.FirmProfile> {
    return this.get("FirmProfile", FIRM);
  }

  async nameFirm(body: wire.FirmName): Promise<void> {
    await this.ask(FIRM, { method: "PUT", body: JSON.stringify(body) });
  }

  setFirmPicture(file: Upload): Promise<wire.PictureSet> {
    return this.get("PictureSet", `${FIRM}/picture`, uploaded(file));
  }

  async removeFirmPicture(): Promise<void> {
    await this.ask(`${FIRM}/picture`, { method: "DELETE" });
  }

  hours(): Promise<wire.OfficeHours> {
    return this.get("OfficeHours", HOURS);
  }

  setHours(body: wire.SetOfficeHours): Promise<wire.OfficeHours> {
    return this.get("OfficeHours", HOURS, put(body));
  }

  previewHours(body: wire.HoursDraft): Promise<wire.DaysAhead> {
    return this.get("DaysAhead", `${HOURS}/preview`, posted(body));
  }

  readHolidays(body: wire.HolidayText): Promise<wire.Holidays> {
    return this.get("Holidays", `${HOURS}/holidays`, posted(body));
  }

  waiting(): Promise<wire.WaitingClients> {
    return this.get("WaitingClients", "/api/v1/admin/waiting");
  }

  hoursOf(person: string): Promise<wire.OwnHours> {
    return this.get("OwnHours", `${one(person)}/hours`);
  }

  setHoursOf(person: string, body: wire.SetOwnHours): Promise<wire.OwnHours> {
    return this.get("OwnHours", `${one(person)}/hours`, put(body));
  }

  setAwayOf(person: string, body: wire.SetAway): Promise<wire.OwnHours> {
    return this.get("OwnHours", `${one(person)}/away`, put(body));
  }

  async endAwayOf(person: string): Promise<void> {
    await this.ask(`${one(person)}/away`, { method: "DELETE" });
  }

  sessions(person: string): Promise<wire.SessionList> {
    return this.get("SessionList", `${one(person)}/sessions`);
  }

  async endSession(person: string, session: string): Promise<void> {
    const path = `${one(person)}/sessions/${encodeURIComponent(session)}`;
    await this.ask(path, { method: "DELETE" });
  }

  async endSessions(person: string): Promise<void> {
    await this.ask(`${one(person)}/sessions`, { method: "DELETE" });
  }

  hooks(): Promise<wire.Hooks> {
    return this.get("Hooks", HOOKS);
  }

  receiptRanges(hook: string): Promise<wire.ReceiptRanges> {
    return this.get("ReceiptRanges", `${hookAt(hook)}/receipts`);
  }

  async replayHook(hook: string, body: wire.NewReplay): Promise<void> {
    await this.ask(`${hookAt(hook)}/replay`, posted(body));
  }

  async orderHook(hook: string, order: string): Promise<void> {
    await this.ask(`${hookAt(hook)}/${order}`, { method: "POST" });
  }

  linkReports(): Promise<wire.LinkReports> {
    return this.get("LinkReports", "/api/v1/link-reports");
  }

  async closeLinkReport(id: string): Promise<void> {
    await this.ask(`/api/v1/link-reports/${encodeURIComponent(id)}/close`, { method: "POST" });
  }

  tokens(person: string): Promise<wire.AccessList> {
    return this.get("AccessList", `${one(person)}/tokens`);
  }

  async revokeToken(token: string): Promise<void> {
    await this.ask(`/api/v1/admin/tokens/${encodeURIComponent(token)}`, { method: "DELETE" });
  }

  streams(): Promise<wire.SystemStreams> {
    return this.get("SystemStreams", "/api/v1/streams");
  }

  records(stream: string, before?: number): Promise<wire.SystemRecords> {
    const path = `/api/v1/streams/${encodeURIComponent(stream)}/records`;
    return this.get("SystemRecords", before === undefined ? path : `${path}?before=${before}`);
  }

  complaints(fields: ComplaintFields, offset: number): Promise<wire.ComplaintList> {
    const narrowed = Object.entries(fields).filter(([, value]) => value !== "");
    const query = new URLSearchParams({ ...Object.fromEntries(narrowed), offset: String(offset) });
    return this.get("ComplaintList", `/api/v1/complaints?${query}`);
  }

  reports(state: string, before?: number): Promise<wire.ReportList> {
    const page = before === undefined ? {} : { before: String(before) };
    return this.get("ReportList", `/api/v1/reports?${new URLSearchParams({ state, ...page })}`);
  }

  lookAtReport(number: number): Promise<wire.ReportHandled> {
    return this.get("ReportHandled", `/api/v1/reports/${number}/look`, { method: "POST" });
  }

  closeReport(number: number, body: wire.CloseReport): Promise<wire.ReportHandled> {
    return this.get("ReportHandled", `/api/v1/reports/${number}/close`, posted(body));
  }

  complaintFigures(): Promise<wire.ComplaintFigures> {
    return this.get("ComplaintFigures", "/api/v1/complaints/figures");
  }

  async complaintsSeen(upto: number): Promise<void> {
    await this.ask("/api/v1/complaints/seen", posted({ upto }));
  }

  cases(): Promise<wire.Cases> {
    return this.get("Cases", "/api/v1/cases");
  }

  openCase(body: wire.OpenCase): Promise<wire.Case> {
    return this.get("Case", "/api/v1/cases", posted(body));
  }

  looks(id: string, before?: number): Promise<wire.CaseLooks> {
    return this.get("CaseLooks", of(id) + (before === undefined ? "" : `?before=${before}`));
  }

  searchCase(id: string, query: wire.Query): Promise<wire.SearchResult> {
    return this.get("SearchResult", `${of(id)}/searches`, look(query));
  }

  hits(id: string, number: number, offset: number): Promise<wire.HitPage> {
    return this.get("HitPage", `${of(id)}/searches/${number}?offset=${offset}&limit=100`);
  }

  openRange(id: string, range: wire.OpenRange): Promise<wire.OpenedRange> {
    return this.get("OpenedRange", `${of(id)}/ranges`, look(range));
  }

  rows(id: string, number: number, after: number): Promise<wire.TranscriptPage> {
    const query = new URLSearchParams({ after: String(after), limit: ROWS });
    return this.get("TranscriptPage", `${of(id)}/ranges/${number}/rows?${query}`);
  }

  exports(id: string): Promise<wire.Exports> {
    return this.get("Exports", `${of(id)}/exports`);
  }

  order(id: string, body: wire.NewExport): Promise<wire.Export> {
    return this.get("Export", `${of(id)}/exports`, look(body));
  }

  async dropExport(id: string, number: number): Promise<void> {
    await this.ask(`${of(id)}/exports/${number}`, { method: "DELETE" });
  }

  /** Does what one administrator may do alone; else it waits for a second one. */
  private async given<T>(
    definition: Definition,
    path: string,
    request: RequestInit,
  ): Promise<Given<T>> {
    const response = await this.ask(path, request);
    if (response.status === WAITS) return this.waits(response);
    return { done: understood<T>(definition, await json(response)) };
  }

  private async waits(response: Response): Promise<{ readonly waits: wire.ApprovalRequest }> {
    return { waits: understood("ApprovalRequest", await json(response)) };
  }

  askedLogin(code: string): Promise<wire.AskedLogin> {
    return this.get("AskedLogin", `/api/v1/logins/${encodeURIComponent(code)}`);
  }

  async answerLogin(code: string, answer: wire.AnswerLogin["answer"]): Promise<void> {
    await this.ask(`/api/v1/logins/${encodeURIComponent(code)}`, posted({ answer }));
  }
}

function asked(request: string): string {
  return `${REQUESTS}/${encodeURIComponent(request)}`;
}

function hookAt(name: string): string {
  return `${HOOKS}/${encodeURIComponent(name)}`;
}

function of(id: string): string {
  return `/api/v1/cases/${encodeURIComponent(id)}`;
}

function one(person: string): string {
  return `${PEOPLE}/${encodeURIComponent(person)}`;
}

function posted(body: object): RequestInit {
  return { method: "POST", body: JSON.stringify(body) };
}

function put(body: object): RequestInit {
  return { method: "PUT", body: JSON.stringify(body) };
}

function look(body: object): RequestInit {
  return { ...posted(body), signal: AbortSignal.timeout(LOOK_DEADLINE_MS) };
}
