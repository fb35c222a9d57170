/** One connection, with the server's side of its sockets in the test's hands. */
import { Connection, type ConnectionState } from "../../src/session/connection";
import type { SocketEvents } from "../../src/session/ports";
import type * as wire from "../../src/wire/types.gen";
import { FakeClock, settle } from "./clock";

export const WELCOME: wire.Welcome = {
  t: "welcome",
  person: "p",
  device: "d",
  server_time: "2026-11-24T09:00:00.000000Z",
  heartbeat_s: 25,
  limits: {
    frame_bytes: 1,
    text_bytes: 1,
    text_json_bytes: 1,
    edit_window_s: 1,
    messages_per_minute: 1,
    burst: 1,
  },
  recording: "on",
};

export class Line {
  readonly sent: wire.AnyClientFrame[] = [];
  readonly events: SocketEvents;
  closed = false;

  constructor(events: SocketEvents) {
    this.events = events;
  }

  say(frame: wire.AnyServerFrame): void {
    this.events.message(JSON.stringify(frame));
  }
}

/** A connection on sockets that the test speaks for. */
export class Rig {
  readonly clock = new FakeClock();
  readonly lines: Line[] = [];
  readonly log: string[] = [];
  readonly states: ConnectionState[] = [];
  tickets = 0;
  ticketFailure: Error | undefined;
  checkFailure: Error | undefined;
  resyncFailure: Error | undefined;
  resyncs = 0;
  cursor: string | undefined;
  chance = 0.5;
  readonly connection = new Connection({
    clock: this.clock,
    random: () => this.chance,
    ticket: async () => {
      if (this.ticketFailure !== undefined) throw this.ticketFailure;
      this.tickets += 1;
      return { ticket: `ticket ${this.tickets}`, expires_in: 30 };
    },
    check: async () => {
      if (this.checkFailure !== undefined) throw this.checkFailure;
    },
    openSocket: (events) => {
      const line = new Line(events);
      this.lines.push(line);
      return {
        send: (text) => line.sent.push(JSON.parse(text)),
        close: () => {
          line.closed = true;
        },
      };
    },
    cursor: () => this.cursor,
    events: {
      changed: (state) => this.states.push(state),
      welcomed: () => this.log.push("welcome"),
      resumed: (cursor) => this.log.push(`resumed ${cursor}`),
      events: (frame) => this.log.push(`events ${frame.cursor}`),
      answered: (frame) => this.log.push(frame.t),
      ephemeral: () => this.log.push("ephemeral"),
      cut: (why) => this.log.push(`cut ${why?.code}`),
      resync: async () => {
        this.resyncs += 1;
        if (this.resyncFailure !== undefined) throw this.resyncFailure;
        this.cursor = "fresh";
      },
      refused: (code) => this.log.push(`refused ${code}`),
    },
  });

  get line(): Line {
    const line = this.lines.at(-1);
    if (line === undefined) throw new Error("no socket was opened");
    return line;
  }

  async live(): Promise<void> {
    this.connection.start();
    await settle();
    this.greet();
  }

  greet(): void {
    this.line.events.opened();
    this.line.say(WELCOME);
    this.line.say({ t: "resumed", cursor: "c" });
  }
}
