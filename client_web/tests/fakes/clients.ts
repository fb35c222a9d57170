/** Invites, codes and the recording notice, as server/onrecord/features/clients keeps them. */
import { createHash } from "node:crypto";
import { Refused } from "../../src/session/failures";
import type { Api, Clock } from "../../src/session/ports";
import { wireTime } from "../../src/session/times";
import type * as wire from "../../src/wire/types.gen";
import { FakeCopies } from "./copies";
import type { Draft } from "./journal";
import type { FakeServer } from "./server";

const TRIES = 5;
const DAY_MS = 86_400_000;

interface Code {
  readonly code: string;
  readonly until: number;
  tries: number;
}

interface Invite {
  readonly shown: wire.Invite;
  readonly advisor: string;
  token: string;
}

export interface Doors {
  readonly open: <T>(answer: (person: string) => T) => Promise<T>;
  /** Who is signed in, locked or not. */
  readonly known: <T>(answer: (person: string) => T) => Promise<T>;
  readonly asked: <T>(answer: (person: string) => T) => Promise<T>;
  readonly signedIn: (person: string) => wire.Me;
  /** Refuses where somebody else is signed in and nobody was asked yet. */
  readonly askFirst: (here: string, to: wire.Named, insteadOf?: string) => void;
}

type ClientApi = Pick<
  Api,
  | "signIn"
  | "invite"
  | "invites"
  | "inviteAgain"
  | "revokeInvite"
  | "showInvitation"
  | "sendInvitationCode"
  | "acceptInvitation"
  | "sendSignInCode"
  | "acceptNotice"
  | "accountNoticesSeen"
  | "copy"
  | "makeCopy"
  | "leave"
  | "letters"
  | "chooseLetters"
  | "pushes"
  | "subscribe"
  | "unsubscribe"
>;

export function notice(text: string, locale: "en" | "pl" = "pl"): wire.Notice {
  const title = "Everything here is recorded";
  const sha256 = createHash("sha256").update(`${title}\n${text}`).digest("hex");
  return { locale, title, text, sha256 };
}

export class FakeClients {
  /** The notice in force. */
  notice = notice("First paragraph.\n\nSecond paragraph.");
  /** Other languages' texts of it. */
  readonly texts = new Map<string, wire.Notice>();
  /** The firm's names for which those of invited clients could be taken. */
  firmAlike: string[] | undefined;
  /** The newest code sent to each address. */
  readonly codes = new Map<string, string>();
  /** How many codes were sent. */
  sent = 0;
  /** Addresses of clients, by person. */
  readonly addresses = new Map<string, string>();
  /** People who must accept a notice, and what they accepted. */
  readonly accepted = new Map<string, string>();
  /** Thrown instead of making an invite that is not to stand besides another one. */
  standing: Refused | undefined;
  /** Thrown instead of sending a code or an invite's letter. */
  refusal: Refused | undefined;
  /** What the firm has of pushes, and whose browsers subscribed. */
  pushOffer: wire.PushOffer = {};
  readonly pushed = new Map<string, wire.PushWish>();
  /** Thrown where one subscribes. */
  pushRefusal: Refused | undefined;
  /** Who wants no letters. */
  readonly letterless = new Set<string>();
  readonly copies = new FakeCopies();
  /** What is told of at the next sign-in. */
  told: wire.AccountNotice[] = [];
  private readonly server: FakeServer;
  private readonly clock: Clock;
  private readonly made: Invite[] = [];
  private readonly open = new Map<string, Code>();

  constructor(server: FakeServer, clock: Clock) {
    this.server = server;
    this.clock = clock;
  }

  /** Somebody ends the relationship: they leave everywhere, and their session ends. */
  private end(person: string): void {
    this.server.leaveEverywhere(person);
    this.server.signedOut.add(person);
  }

  private lettersOf(person: string): wire.LetterChoice {
    const unread = !this.letterless.has(person);
    const address = this.addresses.get(person);
    if (address === undefined) return { unread };
    return { unread, way: wayOf(address), address: masked(address) };
  }

  private choose(person: string, unread: boolean): void {
    if (this.refusal !== undefined) throw this.refusal;
    if (unread) this.letterless.delete(person);
    else this.letterless.add(person);
  }

  /** The notice that somebody must accept first, if any. */
  due(person: string, locale?: "en" | "pl"): wire.Notice | undefined {
    const accepted = this.accepted.get(person);
    if (accepted === undefined || this.isNotice(accepted)) return undefined;
    return { ...(locale === undefined ? this.notice : this.inLanguage(locale)), again: true };
  }

  /** An invite as if made elsewhere; returns its token. */
  invited(advisor: string, fields: Partial<wire.NewInvite> = {}): string {
    const body = { name: "Ewa Lis", address: "ewa@example.com", locale: "pl", way: "mail" };
    const { link } = this.create(advisor, { ...body, ...fields } as wire.NewInvite);
    return link?.split("=")[1] ?? "";
  }

  apiOf({ open, known, asked, signedIn, askFirst }: Doors): ClientApi {
    /** Before the code was looked at, its address says nothing but whether it is one's own. */
    const ask = (here: string, address: string, insteadOf?: string) => {
      if (this.addresses.get(here) === address) return;
      askFirst(here, { id: "", name: masked(address) }, insteadOf);
    };
    return {
      signIn: (body) =>
        body.code === undefined
          ? known(signedIn)
          : open((here) => {
              const { address = "", code = "" } = body;
              ask(here, address, body.instead_of);
              return signedIn(this.known(address, code));
            }),
      invite: (body) =>
        asked((person) => {
          if (this.standing !== undefined && body.besides !== true) throw this.standing;
          return this.create(person, body);
        }),
      invites: () =>
        asked((person) => ({
          invites: this.made
            .filter(({ advisor }) => advisor === person)
            .map(({ shown: { link: _link, ...rest } }) => rest)
            .reverse(),
        })),
      inviteAgain: (id, body) => asked(() => this.renew(id, body.way)),
      revokeInvite: (id) =>
        asked(() => {
          if (this.standing?.about.invite?.id === id) this.standing = undefined;
          this.change(this.of(id), { state: "revoked" });
        }),
      showInvitation: (body) => open(() => this.show(body.invite, body.locale)),
      sendInvitationCode: (body) => open(() => this.send(this.inForce(body.invite).shown.address)),
      acceptInvitation: (body) =>
        open((here) => {
          ask(here, this.inForce(body.invite).shown.address, body.instead_of);
          return signedIn(this.accept(body));
        }),
      sendSignInCode: ({ address }) => open(() => this.send(address)),
      accountNoticesSeen: (ids) =>
        asked(() => {
          this.told = this.told.filter(({ id }) => !ids.includes(id));
        }),
      acceptNotice: (body) => asked((person) => this.agree(person, body.notice)),
      copy: () => asked((person) => this.copies.one(person)),
      makeCopy: ({ language }) => asked((person) => this.copies.make(person, language)),
      letters: () => asked((person) => this.lettersOf(person)),
      chooseLetters: ({ unread }) => asked((person) => this.choose(person, unread)),
      pushes: () => asked(() => this.pushOffer),
      subscribe: (body) =>
        asked((person) => {
          if (this.pushRefusal !== undefined) throw this.pushRefusal;
          this.pushed.set(person, body);
        }),
      unsubscribe: () => asked((person) => void this.pushed.delete(person)),
      leave: () => asked((person) => this.end(person)),
    };
  }

  create(advisor: string, body: wire.NewInvite): wire.Invite {
    if (!/@|^\+/.test(body.address)) throw new Refused(400, "bad_address", "No address.");
    const id = this.server.id("invite");
    const now = this.clock.now();
    const shown: wire.Invite = {
      ...body,
      id,
      state: "open",
      created_at: wireTime(now),
      expires_at: wireTime(now + 7 * DAY_MS),
    };
    this.made.push({ shown, advisor, token: "" });
    return this.renew(id, body.way);
  }

  private renew(id: string, way: wire.Invite["way"]): wire.Invite {
    const invite = this.of(id);
    if (["accepted", "revoked"].includes(invite.shown.state)) {
      throw new Refused(409, "invite_closed", "Closed.");
    }
    const token = this.server.id("token");
    const link = `https://chat.example/#invite=${token}`;
    const letter = way === "screen" ? {} : { sent: this.refusal === undefined };
    const alike = this.firmAlike === undefined ? {} : { org_alike: this.firmAlike };
    return { ...this.change(invite, { way, state: "open", ...letter }, token), link, ...alike };
  }

  private change(invite: Invite, patch: Partial<wire.Invite>, token = invite.token): wire.Invite {
    const shown = { ...invite.shown, ...patch };
    this.made[this.made.indexOf(invite)] = { ...invite, shown, token };
    return shown;
  }

  private of(id: string): Invite {
    const found = this.made.find(({ shown }) => shown.id === id);
    if (found === undefined) throw new Refused(404, "no_such_invite", "None.");
    return found;
  }

  private inForce(token: string): Invite {
    const found = this.made.find((each) => each.token === token && each.shown.state === "open");
    if (found === undefined) throw new Refused(401, "bad_invite", "Used, taken back or expired.");
    return found;
  }

  private show(token: string, wished?: "en" | "pl"): wire.Invitation {
    const { shown, advisor } = this.inForce(token);
    const { address, locale, expires_at } = shown;
    return {
      advisor: this.server.people.get(advisor)?.name ?? "",
      advisor_id: advisor,
      advisor_title: "Senior advisor",
      firm: "Example Bank",
      address: masked(address),
      way: wayOf(address),
      locale,
      notice: this.inLanguage(wished ?? locale),
      expires_at,
    };
  }

  /** Two languages are two texts; the one in force is that of `notice` in each. */
  private inLanguage(locale: "en" | "pl"): wire.Notice {
    return this.texts.get(locale) ?? this.notice;
  }

  /** Whether a notice of this SHA-256 is in force. */
  private isNotice(sha256: string): boolean {
    return [this.notice, ...this.texts.values()].some((each) => each.sha256 === sha256);
  }

  send(address: string): wire.CodeSent {
    if (this.refusal !== undefined) throw this.refusal;
    this.sent += 1;
    const code = String(100_000 + this.sent);
    this.open.set(address, { code, until: this.clock.now() + 600_000, tries: 0 });
    this.codes.set(address, code);
    return {
      address: masked(address),
      way: wayOf(address),
      digits: 6,
      expires_in: 600,
      again_in: 30,
    };
  }

  take(address: string, code: string): void {
    const found = this.open.get(address);
    if (found !== undefined) found.tries += 1;
    const good = found?.code === code && found.tries <= TRIES && this.clock.now() < found.until;
    if (!good) throw new Refused(401, "bad_code", "Wrong, or no longer works.");
    this.open.delete(address);
  }

  private known(address: string, code: string): string {
    this.take(address, code);
    const found = [...this.addresses].find(([, each]) => each === address)?.[0];
    if (found === undefined) throw new Refused(401, "bad_code", "Wrong, or no longer works.");
    return found;
  }

  private accept(body: wire.AcceptInvite): string {
    const invite = this.inForce(body.invite);
    if (!this.isNotice(body.notice)) throw changed();
    const { name, address, org } = invite.shown;
    this.take(address, body.code);
    const id = this.server.id("person");
    const person = { id, name, kind: "client", org: org ?? name, role: "client", outside: true };
    this.server.people.set(id, person as wire.Person);
    this.addresses.set(id, address);
    this.accepted.set(id, body.notice);
    this.server.record({
      type: "conversation.created",
      conv: this.server.id("conversation"),
      actor: invite.advisor,
      kind: "direct",
      members: [invite.advisor, id],
    } as Draft);
    // As at the server: noted last, when the conversation is there already.
    const { id: invited } = invite.shown;
    this.clock.after(1_500, () => {
      this.change(this.of(invited), { state: "accepted", person: id });
    });
    return id;
  }

  /** A client has ended the relationship. */
  gone(person: string): void {
    for (const invite of this.made) {
      if (invite.shown.person === person) this.change(invite, { state: "left" });
    }
  }

  private agree(person: string, sha256: string): void {
    if (!this.isNotice(sha256)) throw changed();
    this.accepted.set(person, sha256);
  }
}

function changed(): Refused {
  return new Refused(409, "notice_changed", "It has changed.");
}

function wayOf(address: string): "mail" | "sms" {
  return address.includes("@") ? "mail" : "sms";
}

function masked(address: string): string {
  const [name = "", host] = address.split("@");
  return host === undefined ? `•••• ${name.slice(-3)}` : `${name[0]}•••@${host}`;
}
