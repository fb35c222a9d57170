/** The fake server's sockets: frames that arrive in order, late, or not at all. */
import type { Clock, OpenSocket, SocketEvents } from "../../src/session/ports";
import { wireTime } from "../../src/session/times";
import { mistake } from "../../src/wire/schema";
import type * as wire from "../../src/wire/types.gen";
import { FakeCommands } from "./commands";
import type { FakeServer } from "./server";

/** How long a frame takes each way, in milliseconds. */
export const LATENCY_MS = 5;
const HEARTBEAT_S = 25;

interface Line {
  readonly person: string;
  readonly events: SocketEvents;
  open: boolean;
  live: boolean;
  /** When the last frame arrives; later ones arrive later. */
  busyUntil: number;
}

export class FakeLines {
  private readonly server: FakeServer;
  private readonly clock: Clock;
  private readonly commands: FakeCommands;
  private readonly lines = new Set<Line>();
  private readonly tickets = new Map<string, string>();

  constructor(server: FakeServer, clock: Clock) {
    this.server = server;
    this.clock = clock;
    this.commands = new FakeCommands(server);
  }

  /** Lets this person in, once. */
  ticket(person: string): string {
    const ticket = this.server.id("ticket");
    this.tickets.set(ticket, person);
    return ticket;
  }

  socketOf(owner: string): OpenSocket {
    return (events) => {
      const person = this.server.whose(owner);
      const line: Line = { person, events, open: false, live: false, busyUntil: 0 };
      this.clock.after(LATENCY_MS, () => {
        if (!this.server.reachable) return events.closed();
        line.open = true;
        this.lines.add(line);
        events.opened();
      });
      return {
        send: (text) =>
          this.clock.after(
            LATENCY_MS,
            () => line.open && !this.server.deaf && this.receive(line, text),
          ),
        close: () => this.end(line),
      };
    };
  }

  /** How many sockets of this person are open. */
  count(person: string): number {
    return [...this.lines].filter((line) => line.person === person).length;
  }

  /** Tears those of one person, or all. */
  cut(person?: string): void {
    for (const line of [...this.lines]) {
      if (person === undefined || line.person === person) this.end(line);
    }
  }

  say(frame: wire.AnyServerFrame, person?: string): void {
    for (const line of this.lines) {
      if (person === undefined || line.person === person) this.post(line, frame);
    }
  }

  /** To everybody who may see it. */
  publish(event: wire.AnyEvent): void {
    const { journal } = this.server;
    const cursor = String(journal.all.length);
    for (const line of this.lines) {
      if (!line.live || !journal.sees(line.person, event)) continue;
      this.post(line, { t: "events", events: [this.live(event, line.person)], cursor });
    }
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
      if (line.open && !this.server.deaf) line.events.message(text);
    });
  }

  private receive(line: Line, text: string): void {
    const frame: wire.AnyClientFrame = JSON.parse(text);
    const wrong = mistake("AnyClientFrame", frame);
    if (wrong !== undefined) throw new Error(`the client sent a bad frame: ${wrong}: ${text}`);
    if (frame.t === "hello") this.hello(line, frame);
    else if (frame.t === "ping") this.pong(line);
    else if (frame.t === "typing") this.typing(line, frame);
    else if (frame.t === "idle") this.server.idle.push(frame.on);
    else if (frame.t === "looking") this.server.looking.push(frame.on);
    else if (frame.t === "played") this.commands.play(line.person, frame);
    else if (frame.t !== "read" && frame.t !== "delivered") this.command(line, frame);
    else this.commands.position(line.person, frame);
  }

  private hello(line: Line, hello: wire.Hello): void {
    const { journal, hellos, oldest, delay } = this.server;
    hellos.push(hello.cursor);
    const person = this.tickets.get(hello.ticket ?? "");
    this.tickets.delete(hello.ticket ?? "");
    if (person !== line.person) throw new Error("a hello without a good ticket");
    this.post(line, this.welcome(person));
    const from = hello.cursor === undefined ? journal.all.length : Number(hello.cursor);
    if (from < oldest) {
      this.post(line, { t: "resync_required", code: "cursor_too_old" });
      return;
    }
    const missed = journal.all.slice(from).filter((event) => journal.sees(person, event));
    for (let i = 0; i < missed.length; i += 3) {
      const part = missed.slice(i, i + 3);
      const last = part.at(-1);
      const cursor = String(last === undefined ? from : journal.all.indexOf(last) + 1);
      const events = part.map((event) => journal.replayed(event, person));
      this.post(line, { t: "events", events, cursor }, delay());
    }
    this.post(line, { t: "resumed", cursor: String(journal.all.length) });
    line.live = true;
  }

  private welcome(person: string): wire.Welcome {
    const { server } = this;
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
      recording: server.recording,
      ...(server.lock.most === 0 ? {} : { lock_minutes: server.lock.most }),
      ...(server.keptDays === undefined ? {} : { kept_days: server.keptDays }),
      ...(server.offChannel ? { off_channel: true } : {}),
      orders: server.orders,
      ...(server.complaints === undefined ? {} : { complaints: server.complaints }),
      ...(server.ordersBanner === undefined ? {} : { orders_banner: server.ordersBanner }),
    };
  }

  private pong(line: Line): void {
    this.post(line, { t: "heartbeat", at: wireTime(this.clock.now()) });
  }

  private command(line: Line, frame: wire.AnyCommand): void {
    const { server } = this;
    server.received += 1;
    if (server.poison?.(frame)) {
      this.end(line);
      return;
    }
    const answer = this.commands.answer(line.person, frame);
    if (server.answersToDrop > 0) server.answersToDrop -= 1;
    else this.post(line, answer);
  }

  private typing(line: Line, frame: wire.Typing): void {
    const members = this.server.journal.streams.get(frame.conv)?.members;
    for (const other of this.lines) {
      if (other.person === line.person || !members?.has(other.person)) continue;
      const items = [{ k: "typing" as const, conv: frame.conv, person: line.person, for_s: 6 }];
      this.post(other, { t: "ephemeral", items });
    }
  }

  /** As sent live: a quote's text only to those who see the quoted message. */
  private live(event: wire.AnyEvent, person: string): wire.AnyEvent {
    const { journal } = this.server;
    const quote = event.type === "message.sent" ? event.reply_to : undefined;
    const quoted = quote && journal.find(quote.event_id);
    if (event.type !== "message.sent" || !quote || !quoted) return event;
    if (journal.sees(person, quoted)) return event;
    const { text: _text, ...rest } = quote;
    return { ...event, reply_to: rest };
  }
}
