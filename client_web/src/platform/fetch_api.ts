/** The REST side over fetch: problems become Refused, silence becomes Unreachable. */
import { Unreachable } from "../session/failures";
import type { Api, Content, Page, Upload } from "../session/ports";
import type { Definition } from "../wire/schema";
import type * as wire from "../wire/types.gen";
import { json, refusalOf, understood } from "./answers";

function groupPicture(conv: string, id: string): string {
  return `/api/v1/conversations/${encodeURIComponent(conv)}/picture?id=${encodeURIComponent(id)}`;
}

const DEADLINE_MS = 20_000;
const UPLOADS = "/api/v1/uploads";
const SCHEDULED = "/api/v1/scheduled";
/** Eight mebibytes over a slow line. */
const UPLOAD_DEADLINE_MS = 120_000;

export class FetchApi implements Api {
  private readonly fetch: typeof fetch;
  /** Who was listed last, and the list's tag. */
  private listed: { readonly tag: string; readonly people: readonly wire.Person[] } | undefined;

  private person: string | undefined;

  constructor(fetch: typeof globalThis.fetch) {
    this.fetch = fetch;
  }

  speakFor(person: string | undefined): void {
    this.person = person;
  }

  signIn(body: wire.SignIn): Promise<wire.Me> {
    return this.get("Me", "/api/v1/sign-in", post(body));
  }

  async signOut(): Promise<void> {
    await this.ask("/api/v1/sign-out", { method: "POST" });
  }

  me(locale?: "en" | "pl"): Promise<wire.Me> {
    return this.get("Me", locale === undefined ? "/api/v1/me" : `/api/v1/me?locale=${locale}`);
  }

  ticket(): Promise<wire.Ticket> {
    return this.get("Ticket", "/api/v1/ws-ticket", { method: "POST" });
  }

  async bootstrap(): Promise<wire.Bootstrap> {
    const lists = await this.get<wire.Bootstrap>("Bootstrap", "/api/v1/bootstrap");
    this.listed = { tag: lists.people_tag, people: lists.people };
    return lists;
  }

  async people(): Promise<readonly wire.Person[]> {
    const { listed } = this;
    const headers = listed === undefined ? {} : { "If-None-Match": listed.tag };
    const response = await this.send("/api/v1/people", { headers });
    if (response.status === 304 && listed !== undefined) return listed.people;
    if (!response.ok) throw await refusalOf(response);
    const found = await json(response);
    if (!Array.isArray(found)) throw new Unreachable("server_error");
    const people = found.map((person) => understood<wire.Person>("Person", person));
    const tag = response.headers.get("ETag");
    this.listed = tag === null ? undefined : { tag, people };
    return people;
  }

  conversation(id: string): Promise<wire.Conversation> {
    return this.get("Conversation", `/api/v1/conversations/${encodeURIComponent(id)}`);
  }

  createConversation(body: wire.CreateConversation): Promise<wire.Conversation> {
    return this.get("Conversation", "/api/v1/conversations", post(body));
  }

  timeline(conversation: string, page: Page): Promise<wire.Timeline> {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(page)) query.set(name, String(value));
    const path = `/api/v1/conversations/${encodeURIComponent(conversation)}/timeline`;
    return this.get("Timeline", `${path}?${query}`);
  }

  scheduled(): Promise<wire.ScheduledList> {
    return this.get("ScheduledList", SCHEDULED);
  }

  schedule(body: wire.NewScheduled): Promise<wire.Scheduled> {
    return this.get("Scheduled", SCHEDULED, post(body));
  }

  changeScheduled(id: string, body: wire.ScheduledChange): Promise<wire.Scheduled> {
    const change = { ...post(body), method: "PUT" };
    return this.get("Scheduled", `${SCHEDULED}/${encodeURIComponent(id)}`, change);
  }

  async sendScheduled(id: string, body: wire.SendScheduled): Promise<void> {
    await this.ask(`${SCHEDULED}/${encodeURIComponent(id)}/send`, post(body));
  }

  async cancelScheduled(id: string): Promise<void> {
    await this.ask(`${SCHEDULED}/${encodeURIComponent(id)}`, { method: "DELETE" });
  }

  stars(before: number | undefined): Promise<wire.Starred> {
    const query = before === undefined ? "" : `?before=${before}`;
    return this.get("Starred", `/api/v1/stars${query}`);
  }

  search(query: string, conv?: string, limit?: number): Promise<wire.Found> {
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const asked = new URLSearchParams({ q: query, zone });
    if (conv !== undefined) asked.set("conv", conv);
    if (limit !== undefined) asked.set("limit", String(limit));
    return this.get("Found", `/api/v1/search?${asked}`);
  }

  info(eventId: string): Promise<wire.MessageInfo> {
    return this.get("MessageInfo", `/api/v1/messages/${encodeURIComponent(eventId)}/info`);
  }

  report(body: wire.NewReport): Promise<wire.Reported> {
    return this.get("Reported", "/api/v1/reports", post(body));
  }

  origin(eventId: string): Promise<wire.MessageOrigin> {
    return this.get("MessageOrigin", `/api/v1/messages/${encodeURIComponent(eventId)}/origin`);
  }

  devices(): Promise<wire.Devices> {
    return this.get("Devices", "/api/v1/devices");
  }

  async revoke(device: string): Promise<void> {
    await this.ask(`/api/v1/devices/${encodeURIComponent(device)}`, { method: "DELETE" });
  }

  ownTokens(): Promise<wire.OwnTokens> {
    return this.get("OwnTokens", "/api/v1/tokens");
  }

  makeTokens(body: wire.NewTokens): Promise<wire.MadeTokens> {
    return this.get("MadeTokens", "/api/v1/tokens", post(body));
  }

  whoseLink(body: wire.LookAtLink): Promise<wire.WhoseLink> {
    return this.get("WhoseLink", "/api/v1/sign-in/link", post(body));
  }

  async reportLink(body: wire.ReportLink): Promise<void> {
    await this.ask("/api/v1/sign-in/link/report", post(body));
  }

  async choosePassword(body: wire.ChoosePassword): Promise<void> {
    await this.ask("/api/v1/me/password", { ...post(body), method: "PUT" });
  }

  roleCode(): Promise<wire.RoleCode> {
    return this.get("RoleCode", "/api/v1/me/role-code", { method: "POST" });
  }

  revokeOwnToken(token: string): Promise<wire.OwnTokens> {
    return this.get("OwnTokens", `/api/v1/tokens/${encodeURIComponent(token)}`, {
      method: "DELETE",
    });
  }

  setPicture(file: Upload): Promise<wire.PictureSet> {
    return this.get("PictureSet", "/api/v1/me/picture", uploaded(file));
  }

  async removePicture(): Promise<void> {
    await this.ask("/api/v1/me/picture", { method: "DELETE" });
  }

  beginUpload(body: wire.NewUpload): Promise<wire.Upload> {
    return this.get("Upload", UPLOADS, post(body));
  }

  putBytes(upload: string, offset: number, piece: Content): Promise<wire.Upload> {
    const path = `${UPLOADS}/${encodeURIComponent(upload)}/bytes?offset=${offset}`;
    const headers = { "Content-Type": "application/octet-stream" };
    return this.get("Upload", path, { ...uploaded(piece), headers });
  }

  async finishUpload(upload: string): Promise<wire.Stored> {
    const path = `${UPLOADS}/${encodeURIComponent(upload)}/finish`;
    const signal = AbortSignal.timeout(UPLOAD_DEADLINE_MS);
    return this.get("Stored", path, { ...post({}), signal });
  }

  async cancelUpload(upload: string): Promise<void> {
    await this.ask(`${UPLOADS}/${encodeURIComponent(upload)}`, { method: "DELETE" });
  }

  fileLinks(body: wire.AskLinks): Promise<wire.FileLinks> {
    return this.get("FileLinks", "/api/v1/files/links", post(body));
  }

  setGroupPicture(conv: string, id: string, file: Upload): Promise<wire.PictureSet> {
    return this.get("PictureSet", groupPicture(conv, id), uploaded(file));
  }

  async removeGroupPicture(conv: string, id: string): Promise<void> {
    await this.ask(groupPicture(conv, id), { method: "DELETE" });
  }

  broadcast(body: wire.NewBroadcast): Promise<wire.Broadcast> {
    return this.get("Broadcast", "/api/v1/broadcasts", post(body));
  }

  joinOffer(body: wire.JoinToken): Promise<wire.JoinOffer> {
    return this.get("JoinOffer", "/api/v1/join/offer", post(body));
  }

  join(body: wire.JoinGroup): Promise<wire.Conversation> {
    return this.get("Conversation", "/api/v1/join", post(body));
  }

  ownHours(): Promise<wire.OwnHours> {
    return this.get("OwnHours", "/api/v1/me/hours");
  }

  async setStatus(body: wire.SetStatus): Promise<void> {
    await this.ask("/api/v1/me/status", put(body));
  }

  personHours(person: string): Promise<wire.PersonHours> {
    return this.get("PersonHours", `/api/v1/people/${encodeURIComponent(person)}/hours`);
  }

  setOwnHours(body: wire.SetOwnHours): Promise<wire.OwnHours> {
    return this.get("OwnHours", "/api/v1/me/hours", put(body));
  }

  setAway(body: wire.SetAway): Promise<wire.OwnHours> {
    return this.get("OwnHours", "/api/v1/me/away", put(body));
  }

  async endAway(): Promise<void> {
    await this.ask("/api/v1/me/away", { method: "DELETE" });
  }

  invite(body: wire.NewInvite): Promise<wire.Invite> {
    return this.get("Invite", "/api/v1/invites", post(body));
  }

  invites(): Promise<wire.Invites> {
    return this.get("Invites", "/api/v1/invites");
  }

  inviteAgain(id: string, body: wire.InviteAgain): Promise<wire.Invite> {
    return this.get("Invite", `/api/v1/invites/${encodeURIComponent(id)}/link`, post(body));
  }

  async revokeInvite(id: string): Promise<void> {
    await this.ask(`/api/v1/invites/${encodeURIComponent(id)}`, { method: "DELETE" });
  }

  showInvitation(body: wire.InviteToken): Promise<wire.Invitation> {
    return this.get("Invitation", "/api/v1/invitation", post(body));
  }

  sendInvitationCode(body: wire.InviteToken): Promise<wire.CodeSent> {
    return this.get("CodeSent", "/api/v1/invitation/code", post(body));
  }

  firmSign(): Promise<wire.FirmSign> {
    return this.get("FirmSign", "/api/v1/firm", { cache: "default" });
  }

  acceptInvitation(body: wire.AcceptInvite): Promise<wire.Me> {
    return this.get("Me", "/api/v1/invitation/accept", post(body));
  }

  sendSignInCode(body: wire.CodeWish): Promise<wire.CodeSent> {
    return this.get("CodeSent", "/api/v1/sign-in/code", post(body));
  }

  async acceptNotice(body: wire.AcceptNotice): Promise<void> {
    await this.ask("/api/v1/notice", post(body));
  }

  async accountNoticesSeen(ids: readonly string[]): Promise<void> {
    await this.ask("/api/v1/account-notices/seen", post({ ids }));
  }

  copy(): Promise<wire.Copy> {
    return this.get("Copy", "/api/v1/copy");
  }

  makeCopy(body: wire.NewCopy): Promise<wire.Copy> {
    return this.get("Copy", "/api/v1/copy", post(body));
  }

  async leave(): Promise<void> {
    await this.ask("/api/v1/leave", post({ confirmed: true }));
  }

  letters(): Promise<wire.LetterChoice> {
    return this.get("LetterChoice", "/api/v1/letters");
  }

  async chooseLetters(body: wire.LetterWish): Promise<void> {
    await this.ask("/api/v1/letters", put(body));
  }

  pushes(): Promise<wire.PushOffer> {
    return this.get("PushOffer", "/api/v1/push");
  }

  async subscribe(body: wire.PushWish): Promise<void> {
    await this.ask("/api/v1/push", put(body));
  }

  async unsubscribe(): Promise<void> {
    await this.ask("/api/v1/push", { method: "DELETE" });
  }

  sendProofCode(): Promise<wire.CodeSent> {
    return this.get("CodeSent", "/api/v1/proof/code", post({}));
  }

  async prove(body: wire.Proof): Promise<void> {
    await this.ask("/api/v1/proof", post(body));
  }

  passkeyQuestion(): Promise<wire.PasskeyQuestion> {
    return this.get("PasskeyQuestion", "/api/v1/sign-in/passkey/challenge", post({}));
  }

  signInByPasskey(body: wire.PasskeySignIn): Promise<wire.Me> {
    return this.get("Me", "/api/v1/sign-in/passkey", post(body));
  }

  passkeys(): Promise<wire.Passkeys> {
    return this.get("Passkeys", "/api/v1/passkeys");
  }

  passkeyWish(password?: string): Promise<wire.PasskeyWish> {
    const body = password === undefined ? {} : { password };
    return this.get("PasskeyWish", "/api/v1/passkeys/challenge", post(body));
  }

  addPasskey(body: wire.NewPasskey): Promise<wire.Passkeys> {
    return this.get("Passkeys", "/api/v1/passkeys", post(body));
  }

  removePasskey(id: string): Promise<wire.Passkeys> {
    return this.get("Passkeys", `/api/v1/passkeys/${encodeURIComponent(id)}`, { method: "DELETE" });
  }

  async lock(): Promise<void> {
    await this.ask("/api/v1/lock", { method: "POST" });
  }

  unlockQuestion(): Promise<wire.UnlockQuestion> {
    return this.get("UnlockQuestion", "/api/v1/unlock/challenge", post({}));
  }

  unlock(body: wire.Unlock): Promise<wire.Me> {
    return this.get("Me", "/api/v1/unlock", post(body));
  }

  async confirmClient(person: string, body: wire.ConfirmClient): Promise<void> {
    await this.ask(`/api/v1/clients/${encodeURIComponent(person)}/confirmation`, post(body));
  }

  async withdrawConfirmation(person: string): Promise<void> {
    const path = `/api/v1/clients/${encodeURIComponent(person)}/confirmation`;
    await this.ask(path, { method: "DELETE" });
  }

  resetClient(person: string, body: wire.ResetClient): Promise<wire.ClientReset> {
    return this.get("ClientReset", resetOf(person), post(body));
  }

  clientReset(person: string): Promise<wire.ClientReset> {
    return this.get("ClientReset", resetOf(person));
  }

  async withdrawReset(person: string): Promise<void> {
    await this.ask(resetOf(person), { method: "DELETE" });
  }

  ownReset(): Promise<wire.ClientReset> {
    return this.get("ClientReset", "/api/v1/me/reset");
  }

  async stopOwnReset(): Promise<void> {
    await this.ask("/api/v1/me/reset", { method: "DELETE" });
  }

  showReset(body: wire.ResetToken): Promise<wire.ResetToStop> {
    return this.get("ResetToStop", "/api/v1/reset", post(body));
  }

  async stopReset(body: wire.ResetToken): Promise<void> {
    await this.ask("/api/v1/reset/objection", post(body));
  }

  protected async get<T>(definition: Definition, path: string, request?: RequestInit): Promise<T> {
    return understood<T>(definition, await json(await this.ask(path, request)));
  }

  protected async ask(path: string, request: RequestInit = {}): Promise<Response> {
    const response = await this.send(path, request);
    if (response.ok) return response;
    throw await refusalOf(response);
  }

  private async send(path: string, request: RequestInit): Promise<Response> {
    const { fetch, person } = this;
    const headers = new Headers(request.headers);
    if (typeof request.body === "string") headers.set("Content-Type", "application/json");
    if (person !== undefined) headers.set("OnRecord-Person", person);
    try {
      return await fetch(path, {
        ...request,
        cache: request.cache ?? "no-store",
        credentials: "same-origin",
        redirect: "error",
        signal: request.signal ?? AbortSignal.timeout(DEADLINE_MS),
        headers,
      });
    } catch (error) {
      const timeout = error instanceof DOMException && error.name === "TimeoutError";
      throw new Unreachable(timeout ? "timeout" : "offline", { cause: error });
    }
  }
}

function put(body: object): RequestInit {
  return { method: "PUT", body: JSON.stringify(body) };
}

function resetOf(person: string): string {
  return `/api/v1/clients/${encodeURIComponent(person)}/reset`;
}

function post(body: object): RequestInit {
  return { method: "POST", body: JSON.stringify(body) };
}

/** A file as it is; the server looks at its content. */
export function uploaded(file: Upload): RequestInit {
  if (!(file instanceof Blob)) throw new TypeError("not a file of this browser");
  return { method: "PUT", body: file, signal: AbortSignal.timeout(UPLOAD_DEADLINE_MS) };
}
