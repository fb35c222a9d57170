/** What the model needs from outside: time, network, storage, other tabs. platform/ fulfils it. */
import type * as wire from "../wire/types.gen";
import type { OutboxEntry } from "./outbox_entry";
import type { Signal } from "./signal";
import type { Snapshot } from "./snapshot";

/** Ends what was begun: a timer, a subscription, a hold. Calling it twice is harmless. */
export type Cancel = () => void;

export interface Clock {
  /** Milliseconds since 1970 by this device. May jump. */
  now(): number;
  /** Milliseconds from some moment on; never goes back. */
  monotonic(): number;
  after(milliseconds: number, callback: () => void): Cancel;
}

export interface SocketEvents {
  opened(): void;
  message(text: string): void;
  /** Once, also when it could not be opened. */
  closed(): void;
}

export interface Socket {
  /** Does nothing unless it is open. */
  send(text: string): void;
  /** `closed` follows. */
  close(): void;
}

/** Opens the socket with the protocol's name; the events come later, never during the call. */
export type OpenSocket = (events: SocketEvents) => Socket;

/** Whether the device says that it has a network. */
export interface Network {
  online(): boolean;
  /** Calls back when that changes, and when the network may be another one: after sleep, say. */
  subscribe(listener: () => void): Cancel;
}

/** Rows kept for this person on this device; all encrypted. Once destroyed it keeps nothing more. */
export interface Store {
  /** Whether what was put last outlives the page: false without room, and in some private windows. */
  readonly keeps: boolean;
  readonly keepsChanged: Signal;
  outbox(): Promise<readonly OutboxEntry[]>;
  /** False: the device did not take it. */
  putOutbox(entry: OutboxEntry): Promise<boolean>;
  deleteOutbox(id: string): Promise<void>;
  /** The newest snapshot; undefined: none, or one that cannot be read. */
  snapshot(): Promise<Snapshot | undefined>;
  /** Replaces the snapshot whole, in one transaction. */
  putSnapshot(snapshot: Snapshot): Promise<void>;
  drafts(): Promise<ReadonlyMap<string, string>>;
  /** "" deletes. */
  putDraft(conversation: string, text: string): Promise<void>;
  /** Keeps a file that waits to be sent; false: only for as long as this page is open. */
  putFile(id: string, file: Content): Promise<boolean>;
  /** Undefined: it is not on this device, or not any more. */
  file(id: string): Promise<Content | undefined>;
  deleteFile(id: string): Promise<void>;
  /** Forgets all files but these. */
  keepFiles(ids: ReadonlySet<string>): Promise<void>;
  /** The people outside the firm to whom this person agreed that their files go in a conversation. */
  agreed(conversation: string): Promise<readonly string[]>;
  agree(conversation: string, people: readonly string[]): Promise<void>;
}

/** Where stores come from: one person at a time, one key a person. */
export interface Vault {
  /** What an earlier visit left, and whose it is; undefined: nothing, or nothing that can be read. */
  existing(): Promise<{ readonly owner: string; readonly store: Store } | undefined>;
  /** Destroys what there is and begins with a new key. */
  create(owner: string): Promise<Store>;
  /** Destroys the key and all rows of this owner; undefined: of whoever it is. */
  destroy(owner?: string): Promise<void>;
}

/** Tells the other tabs of this person; never oneself. */
export interface Channel<T> {
  post(message: T): void;
  subscribe(listener: (message: T) => void): Cancel;
}

/** One tab at a time holds a name; it goes on to the next when the tab closes. */
export interface Locks {
  hold(name: string, gained: () => void): Cancel;
}

/** A file that a person chose, unread. */
export interface Upload {
  readonly name?: string;
  readonly size: number;
  readonly type: string;
}

/** Its bytes as well; a browser's Blob is one. */
export interface Content extends Upload {
  slice(from: number, to: number): Content;
  arrayBuffer(): Promise<ArrayBuffer>;
}

export interface Page {
  readonly before?: number;
  readonly after?: number;
  readonly around?: number;
  readonly limit: number;
}

/** The REST side. Rejects with Refused or Unreachable (failures.ts), and nothing else. */
export interface Api {
  /** Says with everything from now on whom this page is for; undefined: for whoever is signed in. */
  speakFor(person: string | undefined): void;
  signIn(body: wire.SignIn): Promise<wire.Me>;
  /** What the firm is called and looks like; for anybody. */
  firmSign(): Promise<wire.FirmSign>;
  signOut(): Promise<void>;
  /** `locale`: of the notice to accept; undefined: in their language. */
  me(locale?: "en" | "pl"): Promise<wire.Me>;
  ticket(): Promise<wire.Ticket>;
  bootstrap(): Promise<wire.Bootstrap>;
  people(): Promise<readonly wire.Person[]>;
  conversation(id: string): Promise<wire.Conversation>;
  createConversation(body: wire.CreateConversation): Promise<wire.Conversation>;
  timeline(conversation: string, page: Page): Promise<wire.Timeline>;
  search(query: string, conv?: string, limit?: number): Promise<wire.Found>;
  /** What this person has sent later. */
  scheduled(): Promise<wire.ScheduledList>;
  schedule(body: wire.NewScheduled): Promise<wire.Scheduled>;
  changeScheduled(id: string, body: wire.ScheduledChange): Promise<wire.Scheduled>;
  sendScheduled(id: string, body: wire.SendScheduled): Promise<void>;
  cancelScheduled(id: string): Promise<void>;
  /** What this person starred, the newest star first; `before`: those starred before that message. */
  /** `before`: the `next` of the page before. */
  stars(before: number | undefined): Promise<wire.Starred>;
  info(eventId: string): Promise<wire.MessageInfo>;
  /** Tells compliance of a message. */
  report(body: wire.NewReport): Promise<wire.Reported>;
  /** Where a forwarded message comes from, if one may read it there. */
  origin(eventId: string): Promise<wire.MessageOrigin>;
  devices(): Promise<wire.Devices>;
  revoke(device: string): Promise<void>;
  /** Those by which scripts and bots act as this person. */
  ownTokens(): Promise<wire.OwnTokens>;
  /** Makes a token of one's own, or one for each of one's bots; the secrets come this once. */
  makeTokens(body: wire.NewTokens): Promise<wire.MadeTokens>;
  /** Asks whose a one-time link is, before it is used. */
  whoseLink(body: wire.LookAtLink): Promise<wire.WhoseLink>;
  /** Says that somebody else used one's one-time link. */
  reportLink(body: wire.ReportLink): Promise<void>;
  choosePassword(body: wire.ChoosePassword): Promise<void>;
  /** Shows the code that one reads to who approves one's role. */
  roleCode(): Promise<wire.RoleCode>;
  /** Revokes one of them; those left come back. */
  revokeOwnToken(token: string): Promise<wire.OwnTokens>;
  setPicture(file: Upload): Promise<wire.PictureSet>;
  removePicture(): Promise<void>;
  /** Begins an upload, or tells where it stands. */
  beginUpload(body: wire.NewUpload): Promise<wire.Upload>;
  putBytes(upload: string, offset: number, piece: Content): Promise<wire.Upload>;
  finishUpload(upload: string): Promise<wire.Stored>;
  cancelUpload(upload: string): Promise<void>;
  fileLinks(body: wire.AskLinks): Promise<wire.FileLinks>;
  /** `id` as in a command. */
  setGroupPicture(conv: string, id: string, file: Upload): Promise<wire.PictureSet>;
  removeGroupPicture(conv: string, id: string): Promise<void>;
  broadcast(body: wire.NewBroadcast): Promise<wire.Broadcast>;
  joinOffer(body: wire.JoinToken): Promise<wire.JoinOffer>;
  join(body: wire.JoinGroup): Promise<wire.Conversation>;
  ownHours(): Promise<wire.OwnHours>;
  setStatus(body: wire.SetStatus): Promise<void>;
  /** When a colleague is there. */
  personHours(person: string): Promise<wire.PersonHours>;
  setOwnHours(body: wire.SetOwnHours): Promise<wire.OwnHours>;
  setAway(body: wire.SetAway): Promise<wire.OwnHours>;
  endAway(): Promise<void>;
  invite(body: wire.NewInvite): Promise<wire.Invite>;
  invites(): Promise<wire.Invites>;
  inviteAgain(id: string, body: wire.InviteAgain): Promise<wire.Invite>;
  revokeInvite(id: string): Promise<void>;
  showInvitation(body: wire.InviteToken): Promise<wire.Invitation>;
  sendInvitationCode(body: wire.InviteToken): Promise<wire.CodeSent>;
  acceptInvitation(body: wire.AcceptInvite): Promise<wire.Me>;
  sendSignInCode(body: wire.CodeWish): Promise<wire.CodeSent>;
  acceptNotice(body: wire.AcceptNotice): Promise<void>;
  /** Says that one has read what one was told of one's account. */
  accountNoticesSeen(ids: readonly string[]): Promise<void>;
  copy(): Promise<wire.Copy>;
  makeCopy(body: wire.NewCopy): Promise<wire.Copy>;
  leave(): Promise<void>;
  letters(): Promise<wire.LetterChoice>;
  chooseLetters(body: wire.LetterWish): Promise<void>;
  pushes(): Promise<wire.PushOffer>;
  subscribe(body: wire.PushWish): Promise<void>;
  unsubscribe(): Promise<void>;
  sendProofCode(): Promise<wire.CodeSent>;
  prove(body: wire.Proof): Promise<void>;
  passkeyQuestion(): Promise<wire.PasskeyQuestion>;
  signInByPasskey(body: wire.PasskeySignIn): Promise<wire.Me>;
  passkeys(): Promise<wire.Passkeys>;
  /** `password`: of one of the firm's people who signed in a while ago. */
  passkeyWish(password?: string): Promise<wire.PasskeyWish>;
  addPasskey(body: wire.NewPasskey): Promise<wire.Passkeys>;
  removePasskey(id: string): Promise<wire.Passkeys>;
  /** Locks this session; one that is locked stays so. */
  lock(): Promise<void>;
  unlockQuestion(): Promise<wire.UnlockQuestion>;
  unlock(body: wire.Unlock): Promise<wire.Me>;
  confirmClient(person: string, body: wire.ConfirmClient): Promise<void>;
  withdrawConfirmation(person: string): Promise<void>;
  resetClient(person: string, body: wire.ResetClient): Promise<wire.ClientReset>;
  clientReset(person: string): Promise<wire.ClientReset>;
  withdrawReset(person: string): Promise<void>;
  ownReset(): Promise<wire.ClientReset>;
  stopOwnReset(): Promise<void>;
  /** What the link of a letter about a reset would stop; nothing happens. */
  showReset(body: wire.ResetToken): Promise<wire.ResetToStop>;
  stopReset(body: wire.ResetToken): Promise<void>;
}

/** What this device has to make and use passkeys with. Rejects with NoPasskey (failures.ts). */
export interface Authenticator {
  readonly available: boolean;
  /** Asks the person, who may say no. */
  make(wish: wire.PasskeyWish): Promise<Pick<wire.NewPasskey, "client_data" | "attestation">>;
  /** With one of those that the question knows, else with any. */
  use(question: wire.PasskeyQuestion | wire.UnlockQuestion): Promise<wire.PasskeySignIn>;
  /** Whether they want to be offered none on this device. */
  declined(): boolean;
  decline(): void;
}
