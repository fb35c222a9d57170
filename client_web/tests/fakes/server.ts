/** OnRecord in memory: the protocol as server/onrecord/wire says it, with faults that can be asked for. */
import { createHash } from "node:crypto";
import { Refused, Unreachable } from "../../src/session/failures";
import type { Api, Clock, OpenSocket, SocketEvents } from "../../src/session/ports";
import { wireTime } from "../../src/session/times";
import { mistake } from "../../src/wire/schema";
import type * as wire from "../../src/wire/types.gen";
import { FakeAssurance } from "./assurance";
import { FakeClients } from "./clients";
import { draftOf } from "./drafts";
import { type Draft, Journal } from "./journal";
import { FakeScheduled } from "./scheduled";
import { FakeUploads } from "./uploads";

const LATENCY_MS = 5;
const HEARTBEAT_S = 25;

interface Line {
  readonly person: string;
  readonly events: SocketEvents;
  open: boolean;
  live: boolean;
  /** When the last frame arrives; later ones arrive later. */
  busyUntil: number;
}

export class FakeServer {
  readonly journal: Journal;
  readonly people = new Map<string, wire.Person>();
  readonly clients: FakeClients;
  readonly assurance: FakeAssurance;
  readonly uploads: FakeUploads;
  readonly later: FakeScheduled;
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
  /** People whose session has ended. */
  readonly signedOut = new Set<string>();
  /** Cursors below this are too old. */
  oldest = 0;
  recording: "on" | "unavailable" = "on";
  /** Whether signs of another channel are looked for. */
  offChannel = true;
  /** What whoever asks has otherwise than the firm. */
  hours: wire.OwnHours = {};
  orders: "off" | "banner" | "stop" = "off";
  ordersBanner: Record<string, string> | undefined;
  /** Of how many days conversations may stay on devices; undefined: as many as usual. */
  keptDays: number | undefined;
  complaints: wire.Complaints | undefined = {
    days: 30,
    categories: [
      { category: "fees", words: { en: "Fees and charges", pl: "Opłaty i prowizje" } },
      { category: "other", words: { en: "Something else", pl: "Inna sprawa" } },
    ],
  };
  /** How long a request and its answer each take, in milliseconds. */
  delay: () => number = () => LATENCY_MS;
  readonly hellos: (string | undefined)[] = [];
  private readonly clock: Clock;
  private readonly lines = new Set<Line>();
  private readonly acks = new Map<string, wire.Ack>();
  private readonly tickets = new Map<string, string>();
  private readonly switched = new Map<string, string>();
  private serial = 0;

  constructor(clock: Clock, people: readonly wire.Person[]) {
    this.clock = clock;
    for (const person of people) this.people.set(person.id, person);
    this.clients = new FakeClients(this, clock);
    this.assurance = new FakeAssurance(this);
    this.uploads = new FakeUploads(this);
    this.later = new FakeScheduled(this, clock);
    this.journal = new Journal((person) => this.people.get(person)?.outside ?? false);
  }

  /** Records something and sends it to everybody who may see it. */
  record(draft: Omit<Draft, "event_id"> & { event_id?: string }): wire.AnyEvent {
    const event_id = draft.event_id ?? this.id("event");
    const event = this.journal.append({ ...draft, event_id } as Draft, wireTime(this.clock.now()));
    const cursor = String(this.journal.all.length);
    for (const line of this.lines) {
      if (!line.live || !this.journal.sees(line.person, event)) continue;
      this.post(line, { t: "events", events: [this.live(event, line.person)], cursor });
    }
    return event;
  }

  id(kind: string): string {
    return createHash("sha256")
      .update(`${kind} ${this.serial++}`)
      .digest("hex")
      .slice(0, 32);
  }

  /** A moment of this server's clock, so many seconds from now. */
  inSeconds(seconds: number): string {
    return wireTime(this.clock.now() + seconds * 1_000);
  }

  /** Tears sockets, as a lost network does: of one person, or of all. */
  cut(person?: string): void {
    for (const line of [...this.lines]) {
      if (person === undefined || line.person === person) this.end(line);
    }
  }

  /** The cookie of one person's browser becomes another person's: they signed in there. */
  switchTo(from: string, to: string): void {
    this.switched.set(from, to);
  }

  say(frame: wire.AnyServerFrame, person?: string): void {
    for (const line of this.lines) {
      if (person === undefined || line.person === person) this.post(line, frame);
    }
  }

  setRecording(state: "on" | "unavailable"): void {
    this.recording = state;
    this.say({ t: "ephemeral", items: [{ k: "recording", state }] });
  }

  socketOf(owner: string): OpenSocket {
    return (events) => {
      const person = this.switched.get(owner) ?? owner;
      const line: Line = { person, events, open: false, live: false, busyUntil: 0 };
      this.clock.after(LATENCY_MS, () => {
        if (!this.reachable) return events.closed();
        line.open = true;
        this.lines.add(line);
        events.opened();
      });
      return {
        send: (text) =>
          this.clock.after(LATENCY_MS, () => line.open && !this.deaf && this.receive(line, text)),
        close: () => this.end(line),
      };
    };
  }

  apiOf(owner: string): Api {
    /** Anybody may ask this; `answer` gets whose browser it is. */
    const open = async <T>(answer: (person: string) => T): Promise<T> => {
      await new Promise<void>((resolve) => this.clock.after(this.delay(), resolve));
      if (!this.reachable) throw new Unreachable("offline");
      const result = structuredClone(answer(this.switched.get(owner) ?? owner));
      await new Promise<void>((resolve) => this.clock.after(this.delay(), resolve));
      if (!this.reachable) throw new Unreachable("offline");
      return result;
    };
    const asked = <T>(answer: (person: string) => T): Promise<T> =>
      open((person) => {
        if (this.signedOut.has(person)) throw new Refused(401, "no_session", "Sign in.");
        return answer(person);
      });
    const signedIn = (person: string): wire.Me => {
      this.switchTo(owner, person);
      this.signedOut.delete(person);
      return this.me(person);
    };
    return {
      ...this.clients.apiOf({ open, asked, signedIn }),
      ...this.assurance.apiOf({ open, asked, signedIn }),
      ...this.uploads.apiOf({ open, asked, signedIn }),
      signOut: () => asked(() => undefined),
      me: () => asked((person) => this.me(person)),
      ticket: () => asked((person) => this.ticket(person)),
      bootstrap: () => asked((person) => this.bootstrap(person)),
      people: () => asked(() => [...this.people.values()]),
      conversation: (id) => asked((person) => this.conversation(id, person)),
      createConversation: (body) => asked((person) => this.create(body, person)),
      timeline: (conv, page) => asked((person) => this.journal.timeline(conv, person, page)),
      search: () => asked(() => ({ hits: [] })),
      report: (body) => asked(() => this.report(body)),
      scheduled: () => asked((person) => this.later.of(person)),
      schedule: (body) => asked((person) => this.later.add(person, body)),
      changeScheduled: (id, body) => asked((person) => this.later.change(person, id, body)),
      sendScheduled: (id) => asked((person) => this.later.send(person, id)),
      cancelScheduled: (id) => asked((person) => this.later.drop(person, id)),
      stars: (before) => asked((person) => this.journal.stars(person, before)),
      info: (eventId) => asked(() => this.info(eventId)),
      setStatus: (status) =>
        asked((person) => {
          this.people.set(person, { ...this.person(person), status });
        }),
      personHours: (person) => asked(() => this.hoursOf(person)),
      origin: (eventId) => asked((person) => this.origin(eventId, person)),
      devices: () => asked(() => ({ devices: [] })),
      revoke: () => asked(() => undefined),
      setPicture: ({ type }) =>
        asked((person) => {
          if (type !== "image/png") throw new Refused(400, "bad_picture", "No picture.");
          this.people.set(person, { ...this.person(person), picture: "a".repeat(64) });
          return { picture: "a".repeat(64) };
        }),
      setGroupPicture: (conv, id, { type }) =>
        asked((actor) => {
          if (type !== "image/png") throw new Refused(400, "bad_picture", "No picture.");
          const sha256 = "b".repeat(64);
          const event_id = eventId(actor, id);
          this.record({ type: "group.pictured", conv, actor, event_id, sha256 } as Draft);
          return { picture: sha256 };
        }),
      removeGroupPicture: (conv, id) =>
        asked((actor) => {
          this.record({
            type: "group.pictured",
            conv,
            actor,
            event_id: eventId(actor, id),
          } as Draft);
        }),
      broadcast: (body) => asked((person) => this.broadcast(body, person)),
      joinOffer: ({ link }) => asked((person) => this.opened(link, person)),
      join: ({ id, link }) => asked((person) => this.join(id, link, person)),
      ownHours: () => asked(() => this.hours),
      setOwnHours: ({ zone, week }) =>
        asked(() => {
          const { zone: _zone, week: _week, ...rest } = this.hours;
          this.hours = zone === undefined || week === undefined ? rest : { ...rest, zone, week };
          return this.hours;
        }),
      setAway: ({ starts, until, texts }) =>
        asked(() => {
          if (starts !== undefined && starts >= until) throw new Refused(400, "bad_period", "No.");
          const away = { starts: starts ?? "2026-11-24T09:00:00.000000Z", until };
          this.hours = { ...this.hours, away: { ...away, texts: texts ?? {} } };
          return this.hours;
        }),
      endAway: () =>
        asked(() => {
          const { away: _, ...rest } = this.hours;
          this.hours = rest;
        }),
      removePicture: () =>
        asked((person) => {
          const { picture: _, ...rest } = this.person(person);
          this.people.set(person, rest);
        }),
    };
  }

  bootstrap(person: string): wire.Bootstrap {
    const streams = [...this.journal.streams.values()].filter((each) => each.spans.has(person));
    return {
      me: this.me(person),
      people: [...this.people.values()],
      conversations: streams.map((stream) => this.journal.conversation(stream, person)),
      online: [],
      cursor: String(this.journal.all.length),
      ...this.journal.quietHours(person),
    };
  }

  me(person: string): wire.Me {
    const due = this.clients.due(person);
    const me = { person: this.person(person), device: "d", session: "s", firm: this.firm };
    const verify = this.assurance.due.has(person) ? { verification_due: true } : {};
    return due === undefined ? { ...me, ...verify } : { ...me, ...verify, notice: due };
  }

  private person(id: string): wire.Person {
    const found = this.people.get(id);
    if (found === undefined) throw new Refused(404, "no_such_person", "No such person.");
    return found;
  }

  private ticket(person: string): wire.Ticket {
    if (this.assurance.due.has(person)) throw new Refused(403, "verification_due", "A code.");
    if (this.clients.due(person)) throw new Refused(403, "notice_required", "Accept the notice.");
    const ticket = this.id("ticket");
    this.tickets.set(ticket, person);
    return { ticket, expires_in: 30 };
  }

  private conversation(id: string, person: string): wire.Conversation {
    const stream = this.journal.streams.get(id);
    if (!stream?.spans.has(person)) throw new Refused(404, "no_such_conversation", "None.");
    return this.journal.conversation(stream, person);
  }

  /** Clara cannot be reached here when her account has ended. */
  private broadcast({ id, text, recipients }: wire.NewBroadcast, actor: string): wire.Broadcast {
    const event = eventId(actor, id);
    const said = recipients.filter((person) => this.person(person).active !== false);
    for (const person of said) {
      const event_id = createHash("sha256").update(`${event} ${person}`).digest("hex").slice(0, 32);
      if (this.journal.find(event_id) !== undefined) continue;
      const made = `${event_id.slice(0, 12)}7${event_id.slice(13, 16)}8${event_id.slice(17)}`;
      const { id: conv } = this.create({ id: made, kind: "direct", members: [person] }, actor);
      this.record({ type: "message.sent", conv, actor, event_id, text, broadcast: event } as Draft);
    }
    return { event, said, missed: recipients.filter((person) => !said.includes(person)) };
  }

  /** A link's secret is here the event that made it. */
  private opened(link: string, person: string): wire.JoinOffer {
    const made = this.journal.find(link);
    const stream = made && this.journal.streams.get(made.conv);
    const group = stream && this.journal.conversation(stream, made.actor).group;
    if (made?.type !== "join_link.made" || stream === undefined || group?.link?.id !== link) {
      throw new Refused(404, "no_such_link", "This link has ended.");
    }
    const { title } = stream;
    return {
      conv: stream.id,
      members: stream.members.size,
      by: this.person(made.actor).name,
      until: made.until,
      joined: stream.members.has(person),
      ...(title === undefined ? {} : { title }),
    };
  }

  private join(id: string, link: string, person: string): wire.Conversation {
    const { conv, joined } = this.opened(link, person);
    const event_id = eventId(person, id);
    if (!joined) {
      this.record({ type: "member.added", conv, actor: person, event_id, person, link } as Draft);
    }
    return this.conversation(conv, person);
  }

  private create(body: wire.CreateConversation, person: string): wire.Conversation {
    const pair = [person, ...body.members].sort().join(" ");
    const conv =
      body.kind === "direct"
        ? createHash("sha256").update(pair).digest("hex").slice(0, 32)
        : eventId(person, body.id);
    if (!this.journal.streams.has(conv)) {
      const members = [...new Set([person, ...body.members])];
      const { kind, title } = body;
      const event_id = eventId(person, body.id);
      const named = title === undefined ? {} : { title };
      this.record({
        type: "conversation.created",
        conv,
        actor: person,
        event_id,
        kind,
        members,
        ...named,
      } as Draft);
    }
    return this.conversation(conv, person);
  }

  /** The newest message that says the same and that somebody sees: enough for one conversation. */
  private origin(eventId: string, person: string): wire.MessageOrigin {
    const event = this.journal.find(eventId);
    const told = event?.type === "message.sent" ? event.forward : undefined;
    const found = this.journal.all.find(
      (each) => each.type === "message.sent" && each.at === told?.at && each.actor === told.actor,
    );
    if (found === undefined || !this.journal.sees(person, found)) {
      throw new Refused(404, "no_such_message", "None.");
    }
    return { event_id: found.event_id, conv: found.conv, conv_seq: found.conv_seq };
  }

  /** What was reported, by id: a retry is one report. */
  readonly reported = new Map<string, wire.NewReport>();

  private report(body: wire.NewReport): wire.Reported {
    this.reported.set(body.id, body);
    return { reference: `R-${this.reported.size}`, at: this.journal.all.at(-1)?.at ?? "" };
  }

  /** What was said of who touches their device. */
  readonly idle: boolean[] = [];
  /** When people are there, by id. */
  readonly present = new Map<string, wire.PersonHours>();

  private hoursOf(person: string): wire.PersonHours {
    const hours = this.present.get(person);
    if (hours === undefined) throw new Refused(404, "no_such_person", "None.");
    return hours;
  }

  /** How often message info was asked for. */
  looks = 0;

  private info(eventId: string): wire.MessageInfo {
    this.looks += 1;
    const event = this.journal.find(eventId);
    if (event === undefined) throw new Refused(404, "no_such_message", "None.");
    const { conv, conv_seq, at } = event;
    const msg_no = event.type === "message.sent" ? event.msg_no : 0;
    const members = this.journal.streams.get(conv)?.members ?? new Map();
    return {
      event_id: eventId,
      conv,
      conv_seq,
      msg_no,
      at,
      receipts: [...members]
        .filter(([person]) => person !== event.actor)
        .map(([person, { read, delivered }]) => ({
          person,
          ...(Math.max(read, delivered) >= msg_no ? { delivered_at: at } : {}),
          ...(read >= msg_no ? { read_at: at } : {}),
        })),
      edits: 0,
      archive: "on the record",
    };
  }

  private end(line: Line): void {
    if (!this.lines.delete(line)) return;
    line.open = line.live = false;
    this.clock.after(0, () => line.events.closed());
  }

  /** Frames arrive in order; `extra` milliseconds after the one before, if that is later. */
  private post(line: Line, frame: wire.AnyServerFrame, extra = 0): void {
    const text = JSON.stringify(frame);
    const now = this.clock.monotonic();
    line.busyUntil = Math.max(now + LATENCY_MS, line.busyUntil + extra);
    this.clock.after(line.busyUntil - now, () => {
      if (line.open && !this.deaf) line.events.message(text);
    });
  }

  private receive(line: Line, text: string): void {
    const frame: wire.AnyClientFrame = JSON.parse(text);
    const wrong = mistake("AnyClientFrame", frame);
    if (wrong !== undefined) throw new Error(`the client sent a bad frame: ${wrong}: ${text}`);
    if (frame.t === "hello") this.hello(line, frame);
    else if (frame.t === "ping") this.pong(line);
    else if (frame.t === "typing") this.typing(line, frame);
    else if (frame.t === "idle") this.idle.push(frame.on);
    else if (frame.t === "read" || frame.t === "delivered") this.position(line.person, frame);
    else this.command(line, frame);
  }

  private hello(line: Line, hello: wire.Hello): void {
    this.hellos.push(hello.cursor);
    const person = this.tickets.get(hello.ticket ?? "");
    this.tickets.delete(hello.ticket ?? "");
    if (person !== line.person) throw new Error("a hello without a good ticket");
    this.post(line, this.welcome(person));
    const from = hello.cursor === undefined ? this.journal.all.length : Number(hello.cursor);
    if (from < this.oldest) {
      this.post(line, { t: "resync_required", code: "cursor_too_old" });
      return;
    }
    const missed = this.journal.all.slice(from).filter((event) => this.journal.sees(person, event));
    for (let i = 0; i < missed.length; i += 3) {
      const part = missed.slice(i, i + 3);
      const last = part.at(-1);
      const cursor = String(last === undefined ? from : this.journal.all.indexOf(last) + 1);
      const events = part.map((event) => this.journal.replayed(event, person));
      this.post(line, { t: "events", events, cursor }, this.delay());
    }
    this.post(line, { t: "resumed", cursor: String(this.journal.all.length) });
    line.live = true;
  }

  private welcome(person: string): wire.Welcome {
    return {
      t: "welcome",
      person,
      device: "d",
      server_time: wireTime(this.clock.now()),
      heartbeat_s: HEARTBEAT_S,
      limits: {
        frame_bytes: 65536,
        text_bytes: 16384,
        text_json_bytes: 49152,
        edit_window_s: 86400,
        messages_per_minute: 100,
        burst: 20,
      },
      recording: this.recording,
      ...(this.keptDays === undefined ? {} : { kept_days: this.keptDays }),
      ...(this.offChannel ? { off_channel: true } : {}),
      orders: this.orders,
      ...(this.complaints === undefined ? {} : { complaints: this.complaints }),
      ...(this.ordersBanner === undefined ? {} : { orders_banner: this.ordersBanner }),
    };
  }

  private pong(line: Line): void {
    this.post(line, { t: "heartbeat", at: wireTime(this.clock.now()) });
  }

  private command(line: Line, frame: wire.AnyCommand): void {
    this.received += 1;
    if (this.poison?.(frame)) {
      this.end(line);
      return;
    }
    const key = eventId(line.person, frame.id);
    const answer =
      this.acks.get(key) ?? this.refuse?.(frame) ?? this.decide(line.person, key, frame);
    if (this.answersToDrop > 0) this.answersToDrop -= 1;
    else this.post(line, answer);
  }

  private decide(actor: string, event_id: string, frame: wire.AnyCommand): wire.Ack | wire.Nack {
    const stream = this.journal.streams.get(frame.conv);
    const nack = (code: string): wire.Nack => ({ t: "nack", id: frame.id, code, detail: code });
    const own = frame.t === "quiet_hours" && frame.conv === actor;
    if (!own && !stream?.members.has(actor)) return nack("not_a_member");
    const base = { event_id, conv: frame.conv, actor };
    const files = frame.t === "send" ? this.uploads.of(frame.files ?? [], frame.conv) : [];
    if (files === undefined) return nack("no_such_file");
    const draft = draftOf(this.journal, base, frame);
    if (typeof draft === "string") return nack(draft);
    if (files.length > 0) Object.assign(draft, { files });
    const event = this.record(draft);
    const { conv_seq, at } = event;
    const msg_no = event.type === "message.sent" ? { msg_no: event.msg_no } : {};
    const ack: wire.Ack = {
      t: "ack",
      id: frame.id,
      event_id,
      conv: frame.conv,
      conv_seq,
      at,
      ...msg_no,
    };
    this.acks.set(event_id, ack);
    return ack;
  }

  /** Somebody ends the relationship. */
  leaveEverywhere(actor: string): void {
    for (const { id, members } of this.journal.streams.values()) {
      if (members.has(actor)) {
        this.record({ type: "member.left", conv: id, actor, ended: true } as Draft);
      }
    }
  }

  private position(person: string, frame: wire.Read | wire.Delivered): void {
    const stream = this.journal.streams.get(frame.conv);
    const member = stream?.members.get(person);
    if (stream === undefined || member === undefined) return;
    const reached = Math.min(frame.msg_no, stream.msgNo);
    const read = frame.t === "read" && reached > member.read ? { read: reached } : {};
    const delivered = reached > member.delivered ? { delivered: reached } : {};
    const change = { person, ...read, ...delivered };
    if (Object.keys(change).length === 1) return;
    this.record({
      type: "positions",
      conv: frame.conv,
      actor: "system",
      changes: [change],
    } as Draft);
  }

  private typing(line: Line, frame: wire.Typing): void {
    const members = this.journal.streams.get(frame.conv)?.members;
    for (const other of this.lines) {
      if (other.person === line.person || !members?.has(other.person)) continue;
      const items = [{ k: "typing" as const, conv: frame.conv, person: line.person, for_s: 6 }];
      this.post(other, { t: "ephemeral", items });
    }
  }

  /** As sent live: a quote's text only to those who see the quoted message. */
  private live(event: wire.AnyEvent, person: string): wire.AnyEvent {
    const quote = event.type === "message.sent" ? event.reply_to : undefined;
    const quoted = quote && this.journal.find(quote.event_id);
    if (event.type !== "message.sent" || !quote || !quoted) return event;
    if (this.journal.sees(person, quoted)) return event;
    const { text: _text, ...rest } = quote;
    return { ...event, reply_to: rest };
  }
}

function eventId(actor: string, clientId: string): string {
  const bytes = Buffer.concat([Buffer.from(`${actor}\0`), Buffer.from(clientId, "hex")]);
  return createHash("sha256").update(bytes).digest("hex").slice(0, 32);
}
