/** What the console needs of the server and of the browser. */
import type { Cancel, Upload } from "../../session/ports";
import type * as wire from "../../wire/types.gen";
import type { ComplaintFields } from "./place";

/** What conversations to list. */
export interface Wanted {
  /** The beginnings of words of the title. */
  readonly title?: string;
  /** Somebody who is or was in it. */
  readonly person?: string;
}

/** What was done, or the request for it that waits for a second administrator. */
export type Given<T> = { readonly done: T } | { readonly waits: wire.ApprovalRequest };

/** For administrators: who there is, and what opens doors. */
export interface AdministrationApi {
  accounts(): Promise<wire.Accounts>;
  addAccount(body: wire.NewAccount): Promise<wire.Account>;
  changeAccount(person: string, body: wire.ChangeAccount): Promise<Given<wire.Account>>;
  setPosition(person: string, body: wire.Position): Promise<wire.Account>;
  makeLink(person: string, body: wire.NewLink): Promise<Given<wire.MadeLink>>;
  /** What waits for a second administrator, the oldest first. */
  requests(): Promise<wire.ApprovalRequests>;
  /** `code`: of a role that waits for its person, what their screen shows. */
  approve(request: string, body: wire.Approval): Promise<wire.Approved>;
  decline(request: string): Promise<void>;
  withdraw(request: string): Promise<void>;
  /** Says what they leave. `successor` takes over the clients' conversations that would be nobody's. */
  deactivate(person: string, body: wire.Deactivation): Promise<wire.LeftOpen>;
  leftOpen(person: string): Promise<wire.LeftOpen>;
  /** Who left clients or bots that nobody takes over. */
  uncovered(): Promise<wire.Leavers>;
  /** Names who takes over all clients that somebody left whose account has ended. */
  nameSuccessor(person: string, body: wire.Succession): Promise<void>;
  /** The clients that somebody answers or stands in for. */
  relationships(person: string): Promise<wire.ServedClients>;
  changeRelationship(
    conversation: string,
    body: Omit<wire.ChangeRelationship, "id">,
  ): Promise<void>;
  activate(person: string): Promise<Given<undefined>>;
  notices(): Promise<wire.NoticeHistories>;
  publishNotice(body: wire.NewNotice): Promise<wire.NoticeVersion>;
  withdrawNotice(id: string): Promise<void>;
  previewImport(file: Upload): Promise<wire.ImportPreview>;
  importPeople(body: wire.ImportBatch): Promise<wire.Imported>;
  setPictureOf(person: string, file: Upload): Promise<wire.PictureSet>;
  removePictureOf(person: string): Promise<void>;
  firm(): Promise<wire.FirmProfile>;
  nameFirm(body: wire.FirmName): Promise<void>;
  setFirmPicture(file: Upload): Promise<wire.PictureSet>;
  removeFirmPicture(): Promise<void>;
  hours(): Promise<wire.OfficeHours>;
  setHours(body: wire.SetOfficeHours): Promise<wire.OfficeHours>;
  previewHours(body: wire.HoursDraft): Promise<wire.DaysAhead>;
  readHolidays(body: wire.HolidayText): Promise<wire.Holidays>;
  waiting(): Promise<wire.WaitingClients>;
  hoursOf(person: string): Promise<wire.OwnHours>;
  setHoursOf(person: string, body: wire.SetOwnHours): Promise<wire.OwnHours>;
  setAwayOf(person: string, body: wire.SetAway): Promise<wire.OwnHours>;
  endAwayOf(person: string): Promise<void>;
  sessions(person: string): Promise<wire.SessionList>;
  endSession(person: string, session: string): Promise<void>;
  endSessions(person: string): Promise<void>;
  tokens(person: string): Promise<wire.AccessList>;
  revokeToken(token: string): Promise<void>;
  replayHook(hook: string, body: wire.NewReplay): Promise<void>;
  orderHook(hook: string, order: string): Promise<void>;
}

/** For auditors: what was done, never what was said. */
export interface AuditorApi {
  streams(): Promise<wire.SystemStreams>;
  /** A system stream's records, the newest first; those below `before`. */
  records(stream: string, before?: number): Promise<wire.SystemRecords>;
}

/** The console's REST side. Rejects with Refused or Unreachable. */
export interface ConsoleApi extends AdministrationApi, AuditorApi {
  /** Says with everything from now on whom this page is for; undefined: for whoever is signed in. */
  speakFor(person: string | undefined): void;
  signIn(body: wire.SignIn): Promise<wire.Me>;
  signOut(): Promise<void>;
  me(): Promise<wire.Me>;
  accountNoticesSeen(ids: readonly string[]): Promise<void>;
  /** The hooks by name, each with how far it is. */
  hooks(): Promise<wire.Hooks>;
  /** What a hook's other side acknowledged, the newest first. */
  receiptRanges(hook: string): Promise<wire.ReceiptRanges>;
  /** One-time links that somebody else used, as their owners say. */
  linkReports(): Promise<wire.LinkReports>;
  closeLinkReport(id: string): Promise<void>;
  whoseLink(body: wire.LookAtLink): Promise<wire.WhoseLink>;
  reportLink(body: wire.ReportLink): Promise<void>;
  choosePassword(body: wire.ChoosePassword): Promise<void>;
  roleCode(): Promise<wire.RoleCode>;
  directory(): Promise<wire.Directory>;
  /** The last active first; `title` and `person` narrow it down. */
  conversations(wanted?: Wanted): Promise<wire.ConversationChoices>;
  /** The open ones first, from the `offset`-th on. */
  complaints(fields: ComplaintFields, offset: number): Promise<wire.ComplaintList>;
  /** The newest first; those below `before`. */
  reports(state: string, before?: number): Promise<wire.ReportList>;
  lookAtReport(number: number): Promise<wire.ReportHandled>;
  closeReport(number: number, body: wire.CloseReport): Promise<wire.ReportHandled>;
  complaintFigures(): Promise<wire.ComplaintFigures>;
  complaintsSeen(upto: number): Promise<void>;
  cases(): Promise<wire.Cases>;
  openCase(body: wire.OpenCase): Promise<wire.Case>;
  /** The case's own records, the newest first; those below `before`. */
  looks(caseId: string, before?: number): Promise<wire.CaseLooks>;
  searchCase(caseId: string, query: wire.Query): Promise<wire.SearchResult>;
  hits(caseId: string, number: number, offset: number): Promise<wire.HitPage>;
  openRange(caseId: string, range: wire.OpenRange): Promise<wire.OpenedRange>;
  /** Records above `after`. */
  rows(caseId: string, number: number, after: number): Promise<wire.TranscriptPage>;
  exports(caseId: string): Promise<wire.Exports>;
  order(caseId: string, body: wire.NewExport): Promise<wire.Export>;
  dropExport(caseId: string, number: number): Promise<void>;
  askedLogin(code: string): Promise<wire.AskedLogin>;
  answerLogin(code: string, answer: wire.AnswerLogin["answer"]): Promise<void>;
}

/** The address's fragment. It never leaves the browser, so no log has what was searched for. */
export interface Address {
  read(): string;
  /** Goes to another view: a step that the back button undoes. */
  push(fragment: string): void;
  /** The same view, said more exactly. */
  replace(fragment: string): void;
  subscribe(listener: () => void): Cancel;
}
