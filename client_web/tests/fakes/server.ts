/** OnRecord in memory: the protocol as server/onrecord/protocol says it, with faults that can be asked for. */
import { Refused, Unreachable } from "../../src/session/failures";
import type { Api, Clock, OpenSocket } from "../../src/session/ports";
import { wireTime } from "../../src/session/times";
import type * as wire from "../../src/wire/types.gen";
import { FakeAssurance } from "./assurance";
import { type Doors, FakeClients } from "./clients";
import { FakeConversations } from "./conversations";
import { hashed } from "./event_ids";
import { type Draft, Journal } from "./journal";
import { FakeLines, LATENCY_MS } from "./lines";
import { FakeLock } from "./lock";
import { FakeMessages } from "./messages";
import { FakeHours } from "./own_hours";
import { FakePictures } from "./pictures";
import { FakeScheduled } from "./scheduled";
import { FakeUploads } from "./uploads";

export class FakeServer {
  readonly journal: Journal;
  readonly people = new Map<string, wire.Person>();
  readonly clients: FakeClients;
  readonly assurance: FakeAssurance;
  readonly lock: FakeLock;
  readonly uploads: FakeUploads;
  readonly later: FakeScheduled;
  readonly hours = new FakeHours();
  readonly messages: FakeMessages;
  private readonly pictures: FakePictures;
  private readonly conversations: FakeConversations;
  private readonly lines: FakeLines;
  /** Answers (ack, nack, pending) that are still to be lost on their way. */
  answersToDrop = 0;
  /** Commands received; retries count. */
  received = 0;
  /** Answers instead of recording, as long as it returns one. */
  refuse: ((frame: wire.AnyCommand) => wire.Nack | wire.Pending | undefined) | undefined;
  /** Commands for which the socket is closed without a word. */
  poison: ((frame: wire.AnyCommand) => boolean) | undefined;
  reachable = true;
  /** The network swallows everything, both ways, and says nothing. */
  deaf = false;
  /** What the firm is called now. */
  firm = "Example Bank";
  /** Its picture, if it has one. */
  sign: { picture?: string } = {};
  /** People whose session has ended. */
  readonly signedOut = new Set<string>();
  /** Whom one-time links are for, by their tokens. */
  readonly links = new Map<string, string>();
  /** How, where it is known: a code. */
  readonly endedAs = new Map<string, string>();
  /** Cursors below this are too old. */
  oldest = 0;
  recording: wire.Welcome["recording"] = "on";
  /** Whether signs of another channel are looked for. */
  offChannel = true;
  orders: "off" | "banner" | "stop" = "off";
  ordersBanner: Record<string, string> | undefined;
  /** What acts as whom. */
  readonly devices = new Map<string, wire.Device[]>();
  readonly tokens = new Map<string, wire.OwnToken[]>();
  /** Of how many days conversations may stay on devices; undefined: as many as usual. */
  keptDays: number | undefined;
  complaints: wire.Complaints | undefined = {
    days: 30,
    categories: [
      { category: "fees", words: { en: "Fees and charges", pl: "Opłaty i prowizje" } },
      { category: "other", words: { en: "Something else", pl: "Inna sprawa" } },
    ],
  };
  /** How often everybody, or this person themself, was asked for. */
  readonly looked = { people: 0, me: 0 };
  /** How long a request and its answer each take, in milliseconds. */
  delay: () => number = () => LATENCY_MS;
  readonly hellos: (string | undefined)[] = [];
  /** What was said of who touches their device. */
  readonly idle: boolean[] = [];
  /** What was said of who looks at their page. */
  readonly looking: boolean[] = [];
  private readonly clock: Clock;
  private readonly switched = new Map<string, string>();
  private serial = 0;

  constructor(clock: Clock, people: readonly wire.Person[]) {
    this.clock = clock;
    for (const person of people) this.people.set(person.id, person);
    this.clients = new FakeClients(this, clock);
    this.assurance = new FakeAssurance(this);
    this.lock = new FakeLock(this);
    this.uploads = new FakeUploads(this);
    this.later = new FakeScheduled(this, clock);
    this.messages = new FakeMessages(this);
    this.pictures = new FakePictures(this);
    this.conversations = new FakeConversations(this);
    this.lines = new FakeLines(this, clock);
    this.journal = new Journal((person) => this.people.get(person)?.outside ?? false);
  }

  /** Records something and sends it to everybody who may see it. */
  record(draft: Omit<Draft, "event_id"> & { event_id?: string }): wire.AnyEvent {
    const event_id = draft.event_id ?? this.id("event");
    const event = this.journal.append({ ...draft, event_id } as Draft, wireTime(this.clock.now()));
    this.lines.publish(event);
    return event;
  }

  id(kind: string): string {
    return hashed(`${kind} ${this.serial++}`);
  }

  /** A moment of this server's clock, so many seconds from now. */
  inSeconds(seconds: number): string {
    return wireTime(this.clock.now() + seconds * 1_000);
  }

  /** Tears sockets, as a lost network does: of one person, or of all. */
  cut(person?: string): void {
    this.lines.cut(person);
  }

  /** How many sockets of this person are open. */
  sockets(person: string): number {
    return this.lines.count(person);
  }

  /** The cookie of one person's browser becomes another person's: they signed in there. */
  switchTo(from: string, to: string): void {
    this.switched.set(from, to);
  }

  /** Who is signed in where this person began. */
  whose(owner: string): string {
    return this.switched.get(owner) ?? owner;
  }

  say(frame: wire.AnyServerFrame, person?: string): void {
    this.lines.say(frame, person);
  }

  /** Somebody is another now, and everybody hears of it. */
  tell(person: wire.Person): void {
    this.people.set(person.id, person);
    this.say({ t: "ephemeral", items: [{ k: "directory", person }] });
  }

  setRecording(state: wire.Welcome["recording"]): void {
    this.recording = state;
    this.say({ t: "ephemeral", items: [{ k: "recording", state }] });
  }

  /** Somebody ends the relationship. */
  leaveEverywhere(actor: string): void {
    for (const { id, members } of this.journal.streams.values()) {
      if (members.has(actor)) {
        this.record({ type: "member.left", conv: id, actor, ended: true } as Draft);
      }
    }
    this.clients.gone(actor);
  }

  socketOf(owner: string): OpenSocket {
    return this.lines.socketOf(owner);
  }

  apiOf(owner: string): Api {
    /** Anybody may ask this; `answer` gets whose browser it is. */
    const open = async <T>(answer: (person: string) => T): Promise<T> => {
      await new Promise<void>((resolve) => this.clock.after(this.delay(), resolve));
      if (!this.reachable) throw new Unreachable("offline");
      const result = structuredClone(answer(this.whose(owner)));
      await new Promise<void>((resolve) => this.clock.after(this.delay(), resolve));
      if (!this.reachable) throw new Unreachable("offline");
      return result;
    };
    let meant: string | undefined;
    /** Whoever is signed in may ask this, locked or not. */
    const known = <T>(answer: (person: string) => T): Promise<T> =>
      open((person) => {
        if (meant !== undefined && meant !== person) {
          throw new Refused(401, "other_person", "Somebody else is signed in.");
        }
        if (this.signedOut.has(person)) {
          throw new Refused(401, this.endedAs.get(person) ?? "no_session", "Sign in.");
        }
        return answer(person);
      });
    const asked = <T>(answer: (person: string) => T): Promise<T> =>
      known((person) => {
        this.lock.demandOpen(person);
        return answer(person);
      });
    const signedIn = (person: string): wire.Me => {
      this.switchTo(owner, person);
      this.signedOut.delete(person);
      this.lock.locked.delete(person);
      return this.me(person);
    };
    const askFirst: Doors["askFirst"] = (here, link, insteadOf) => {
      if (this.signedOut.has(here) || here === link.id || here === insteadOf) return;
      const mine = this.people.get(here);
      const switching = { here: { id: here, name: mine?.name ?? here }, link };
      throw new Refused(409, "signed_in_as_other", "", undefined, { switching });
    };
    /** A link of somebody else is not used before whoever opens it agreed; the session before ends. */
    const linked = (here: string, to: string, { link = "", instead_of }: wire.SignIn): wire.Me => {
      askFirst(here, { id: to, name: this.person(to).name }, instead_of);
      this.links.delete(link);
      const me = signedIn(to);
      this.say({ t: "bye", code: "signed_out", detail: "", final: true }, here);
      return me;
    };
    const doors = { open, known, asked, signedIn, askFirst };
    const clients = this.clients.apiOf(doors);
    return {
      ...clients,
      ...this.assurance.apiOf(doors),
      ...this.lock.apiOf(doors),
      ...this.uploads.apiOf(doors),
      ...this.messages.apiOf(doors),
      ...this.pictures.apiOf(doors),
      ...this.conversations.apiOf(doors),
      ...this.hours.apiOf(doors),
      ...this.later.apiOf(doors),
      signIn: async (body) => {
        const used = this.usedLinks.get(body.link ?? "");
        if (used !== undefined) throw new Refused(401, "link_used", "", undefined, { used });
        const to = this.links.get(body.link ?? "");
        return to === undefined ? clients.signIn(body) : open((here) => linked(here, to, body));
      },
      speakFor: (person) => {
        meant = person;
      },
      firmSign: () => open(() => ({ name: this.firm, ...this.sign })),
      signOut: () => known(() => undefined),
      me: (locale) =>
        known((person) => {
          this.looked.me += 1;
          return this.me(person, locale);
        }),
      ticket: () => asked((person) => this.ticket(person)),
      bootstrap: () => asked((person) => this.bootstrap(person)),
      people: () =>
        asked(() => {
          this.looked.people += 1;
          return [...this.people.values()];
        }),
      setStatus: (status) =>
        asked((person) => {
          this.tell({ ...this.person(person), status });
        }),
      devices: () => asked((person) => ({ devices: this.devicesOf(person) })),
      revoke: (device) =>
        asked((person) => {
          this.devices.set(person, without(this.devicesOf(person), device, "no_such_device"));
        }),
      ownTokens: () => asked((person) => ({ tokens: this.tokensOf(person), bots: [] })),
      makeTokens: ({ name, password }) =>
        asked((person) => {
          if (password !== this.passwords.get(person))
            throw new Refused(403, "bad_password", "Wrong.");
          const made = { created_at: "2026-11-24T09:00:00.000000Z" };
          const ends = { expires_at: "2027-02-22T09:00:00.000000Z" };
          const token = { id: `id of ${name}`, name, ...made, ...ends };
          this.tokens.set(person, [token, ...this.tokensOf(person)]);
          return { tokens: [{ ...token, secret: "onrecord_secret" }] };
        }),
      whoseLink: ({ link, instead_of }) =>
        open((here) => {
          const { id, name } = this.person(this.links.get(link) ?? here);
          askFirst(here, { id, name }, instead_of);
          return { name };
        }),
      reportLink: async ({ link }) => {
        this.reportedLinks.push(link);
      },
      choosePassword: ({ password }) =>
        asked((person) => {
          if (password === "known to all")
            throw new Refused(400, "password_common", "Another one.");
          this.noPassword.delete(person);
          this.passwords.set(person, password);
          if (this.roleWaits !== undefined) this.roleWaits = { ...this.roleWaits, chosen: true };
        }),
      roleCode: () =>
        asked(() => {
          if (this.roleWaits === undefined) throw new Refused(404, "no_role_waits", "None.");
          if (!this.roleWaits.chosen) throw new Refused(403, "new_password_needed", "Choose one.");
          return { code: "12345678", expires_at: "2026-11-24T09:10:00.000000Z" };
        }),
      revokeOwnToken: (token) =>
        asked((person) => {
          const left = without(this.tokensOf(person), token, "no_such_token");
          this.tokens.set(person, left);
          return { tokens: left, bots: [] };
        }),
    };
  }

  /** A role that waits for whoever is signed in. */
  roleWaits: wire.RoleWaits | undefined;
  /** What people chose. */
  readonly passwords = new Map<string, string>();
  readonly reportedLinks: string[] = [];
  /** Where links were used that nobody can use any more. */
  readonly usedLinks = new Map<string, wire.LinkUse>();
  /** Who has none yet. */
  readonly noPassword = new Set<string>();

  private devicesOf(person: string): wire.Device[] {
    return this.devices.get(person) ?? [];
  }

  private tokensOf(person: string): wire.OwnToken[] {
    return this.tokens.get(person) ?? [];
  }

  bootstrap(person: string): wire.Bootstrap {
    const streams = [...this.journal.streams.values()].filter((each) => each.spans.has(person));
    return {
      me: this.me(person),
      people: [...this.people.values()],
      people_tag: "",
      conversations: streams.map((stream) => this.journal.conversation(stream, person)),
      online: [],
      cursor: String(this.journal.all.length),
      ...this.journal.quietHours(person),
    };
  }

  me(person: string, locale?: "en" | "pl"): wire.Me {
    const due = this.clients.due(person, locale);
    const me = { person: this.person(person), device: "d", session: "s", firm: this.firm };
    const verify = this.assurance.due.has(person) ? { verification_due: true } : {};
    const locked = this.lock.locked.has(person) ? { locked: true } : {};
    const { told } = this.clients;
    const waits = this.roleWaits === undefined ? {} : { role_waits: this.roleWaits };
    const news = told.length > 0 ? { account_notices: told, ...waits } : waits;
    const password = this.noPassword.has(person) ? { password: "due" as const } : {};
    const first = { ...me, ...verify, ...locked, ...news, ...password };
    return due === undefined ? first : { ...first, notice: due };
  }

  person(id: string): wire.Person {
    const found = this.people.get(id);
    if (found === undefined) throw new Refused(404, "no_such_person", "No such person.");
    return found;
  }

  private ticket(person: string): wire.Ticket {
    if (this.assurance.due.has(person)) throw new Refused(403, "verification_due", "A code.");
    if (this.clients.due(person)) throw new Refused(403, "notice_required", "Accept the notice.");
    return { ticket: this.lines.ticket(person), expires_in: 30 };
  }
}

/** All but the one of that id. Throws Refused with the code where there is none. */
function without<T extends { readonly id: string }>(all: T[], id: string, code: string): T[] {
  const left = all.filter((each) => each.id !== id);
  if (left.length === all.length) throw new Refused(404, code, "There is none such.");
  return left;
}
