/**
 * One connection to the server, again and again: ticket, socket, hello, replay, live.
 *
 *     idle --start--> ticket --> opening --> greeting --welcome--> replaying --resumed--> live
 *     ticket, opening, greeting, replaying, live --lost--> waiting --timer, retryNow--> ticket
 *     greeting, replaying, live --resync_required--> resyncing --lists are fetched--> ticket
 *     the same again before it was live for a while --> waiting --timer--> resyncing
 *     any --the session is refused, stop--> ended
 */
import { BadFrame, decode, encode } from "../wire/codec";
import type * as wire from "../wire/types.gen";
import { delayOf } from "./backoff";
import { failureOf, isFirst, Refused, sessionRefused, type Unreachable } from "./failures";
import type { Cancel, Clock, OpenSocket, Socket } from "./ports";
import { Probe } from "./probe";

export type ConnectionState =
  | "idle"
  | "ticket"
  | "opening"
  | "greeting"
  | "replaying"
  | "live"
  | "waiting"
  | "resyncing"
  | "ended";

/** From opening the socket to `welcome`; with it the server says how often it gives a sign of life. */
const GREETING_MS = 15_000;
/** A connection that has been live so long was a success, and the waiting starts small again. */
const STEADY_MS = 10_000;
/** An attempt that has taken so long when the network changes began on the network of before. */
const STUCK_MS = 3_000;

export interface ConnectionEvents {
  /** The state changed. */
  changed(state: ConnectionState): void;
  welcomed(welcome: wire.Welcome): void;
  /** The replay is complete. */
  resumed(cursor: string): void;
  events(frame: wire.Events): void;
  answered(frame: wire.Ack | wire.Nack | wire.Pending): void;
  ephemeral(frame: wire.Ephemeral): void;
  /** The server closed a live socket, not because it ends itself; why, if it said so. */
  cut(why: Pick<wire.Bye, "code" | "detail"> | undefined): void;
  /** Fetches the lists; resolves when there is a new cursor. Rejects with Refused or Unreachable. */
  resync(): Promise<void>;
  /** The server does not accept this session any more, or not yet; nothing follows. */
  refused(code: string): void;
}

export interface ConnectionOptions {
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly ticket: () => Promise<wire.Ticket>;
  /** Whether the session still stands; rejects like every request. */
  readonly check: () => Promise<unknown>;
  readonly openSocket: OpenSocket;
  readonly cursor: () => string | undefined;
  readonly events: ConnectionEvents;
}

export class Connection {
  private readonly options: ConnectionOptions;
  private readonly probe: Probe;
  private current: ConnectionState = "idle";
  private socket: Socket | undefined;
  /** Counts attempts; what belongs to an earlier one is ignored. */
  private attempt = 0;
  private failures = 0;
  private watchdog: Cancel | undefined;
  private timer: Cancel | undefined;
  private liveSince = 0;
  private triedAt = 0;
  /** The lists must be fetched before the next hello. */
  private stale = false;
  /** That was so before, and it was not live for a while since. */
  private resynced = false;
  private silenceMs = GREETING_MS;
  private nextTry: number | undefined;
  /** Why the server ended the last socket, until it welcomes a new one or is not there. */
  private farewell: string | undefined;

  constructor(options: ConnectionOptions) {
    this.options = options;
    this.probe = new Probe({
      clock: options.clock,
      ping: () => this.socket?.send(encode({ t: "ping" })),
      dead: () => this.lost(),
    });
  }

  get state(): ConnectionState {
    return this.current;
  }

  /** When the next attempt is made, in milliseconds since 1970, while waiting. */
  get retryAt(): number | undefined {
    return this.current === "waiting" ? this.nextTry : undefined;
  }

  /** The server takes no more sockets of this person. */
  get crowded(): boolean {
    return this.farewell === "too_many_sockets";
  }

  start(): void {
    if (this.current === "idle") void this.connect();
  }

  /** Ends it for good. */
  stop(): void {
    this.leave();
    this.move("ended");
  }

  /** Does not wait any longer: the network is back, or somebody looks. */
  retryNow(): void {
    if (this.current === "waiting") void this.connect();
  }

  /** The network changed, the device woke up, or somebody looks again: finds out how things are. */
  doubt(): void {
    if (this.current === "live") this.probe.ask();
    else {
      // An attempt that fails now, as the network is about to come back, costs no long wait.
      this.failures = 0;
      if (this.current === "waiting" || this.isStuck()) void this.connect();
    }
  }

  /** Sends a frame; false: not live. Of commands it is watched whether an answer comes. */
  send(frame: wire.AnyClientFrame): boolean {
    if (this.current !== "live" || this.socket === undefined) return false;
    this.socket.send(encode(frame));
    if ("id" in frame) this.probe.expect();
    return true;
  }

  private isStuck(): boolean {
    const { current, triedAt } = this;
    if (current !== "ticket" && current !== "opening" && current !== "greeting") return false;
    return this.options.clock.monotonic() - triedAt >= STUCK_MS;
  }

  private async connect(): Promise<void> {
    const attempt = this.leave();
    this.triedAt = this.options.clock.monotonic();
    try {
      if (this.stale && !(await this.resync(attempt))) return;
      this.move("ticket");
      const { ticket } = await this.options.ticket();
      if (attempt === this.attempt) this.open(ticket);
    } catch (error) {
      if (attempt === this.attempt) this.failed(error);
      else failureOf(error);
    }
  }

  private open(ticket: string): void {
    const attempt = this.attempt;
    const mine = () => attempt === this.attempt;
    this.move("opening");
    this.silenceMs = GREETING_MS;
    this.heard();
    this.socket = this.options.openSocket({
      opened: () => {
        if (mine()) this.greet(ticket);
      },
      message: (text) => {
        if (mine()) this.receive(text);
      },
      closed: () => {
        if (!mine()) return;
        if (this.current === "live") this.options.events.cut(undefined);
        this.lost();
      },
    });
  }

  private greet(ticket: string): void {
    this.move("greeting");
    const cursor = this.options.cursor();
    const hello: wire.Hello = { t: "hello", ticket, ...(cursor === undefined ? {} : { cursor }) };
    this.socket?.send(encode(hello));
  }

  private receive(text: string): void {
    this.heard();
    this.probe.heard();
    let frame: wire.AnyServerFrame | undefined;
    try {
      frame = decode(text);
    } catch (error) {
      if (!(error instanceof BadFrame)) throw error;
      this.lost();
      return;
    }
    if (frame !== undefined) this.handle(frame);
  }

  private handle(frame: wire.AnyServerFrame): void {
    const { events } = this.options;
    switch (frame.t) {
      case "welcome":
        this.silenceMs = 2_000 * frame.heartbeat_s;
        this.heard();
        this.farewell = undefined;
        this.move("replaying");
        events.welcomed(frame);
        return;
      case "resumed":
        this.liveSince = this.options.clock.monotonic();
        this.move("live");
        events.resumed(frame.cursor);
        return;
      case "events":
        events.events(frame);
        return;
      case "ack":
      case "nack":
      case "pending":
        this.probe.settle();
        events.answered(frame);
        return;
      case "heartbeat":
        this.probe.settle();
        return;
      case "ephemeral":
        events.ephemeral(frame);
        return;
      case "resync_required":
        this.outdated();
        return;
      case "bye":
        this.bye(frame);
        return;
      default:
        return;
    }
  }

  /** The end of this socket. A final one usually means the session's end; the server is asked. */
  private bye(frame: wire.Bye): void {
    this.farewell = frame.code;
    if (!frame.final) {
      this.lost(frame.retry_after);
      return;
    }
    if (this.current === "live") this.options.events.cut(frame);
    const attempt = this.leave();
    this.nextTry = undefined;
    this.move("waiting");
    this.options.check().then(
      () => {
        if (attempt === this.attempt) this.lost(frame.retry_after);
      },
      (error: unknown) => {
        if (attempt !== this.attempt) return;
        if (sessionRefused(error)) this.refused(endOf(frame, failureOf(error)));
        else this.failed(error);
      },
    );
  }

  /** The cursor is worth nothing. Once the lists are fetched at once, then with growing waits. */
  private outdated(): void {
    const again = this.resynced && !this.isSteady();
    this.stale = this.resynced = true;
    if (again) this.lost();
    else void this.connect();
  }

  /** False: the attempt that wanted it is over. */
  private async resync(attempt: number): Promise<boolean> {
    this.move("resyncing");
    await this.options.events.resync();
    if (attempt !== this.attempt) return false;
    this.stale = false;
    return true;
  }

  private failed(error: unknown): void {
    const failure = failureOf(error);
    this.farewell = undefined;
    if (sessionRefused(failure) || isFirst(failure.code)) this.refused(failure.code);
    else this.lost(failure instanceof Refused ? failure.retryAfter : undefined);
  }

  private refused(code: string): void {
    this.stop();
    this.options.events.refused(code);
  }

  private lost(retryAfter?: number): void {
    const { clock, random } = this.options;
    if (this.isSteady()) this.resynced = false;
    this.failures = this.isSteady() ? 1 : this.failures + 1;
    this.leave();
    const delay = delayOf(this.failures, random(), retryAfter);
    this.nextTry = clock.now() + delay;
    this.timer = clock.after(delay, () => void this.connect());
    this.move("waiting");
  }

  private isSteady(): boolean {
    const lived = this.options.clock.monotonic() - this.liveSince;
    return this.current === "live" && lived >= STEADY_MS;
  }

  /** Lets go of the socket and all timers; what they still report is ignored. */
  private leave(): number {
    this.attempt += 1;
    this.probe.settle();
    this.watchdog?.();
    this.timer?.();
    this.watchdog = this.timer = undefined;
    const { socket } = this;
    this.socket = undefined;
    socket?.close();
    return this.attempt;
  }

  private heard(): void {
    this.watchdog?.();
    this.watchdog = this.options.clock.after(this.silenceMs, () => this.lost());
  }

  private move(state: ConnectionState): void {
    if (this.current === "ended") return;
    this.current = state;
    this.options.events.changed(state);
  }
}

/** Ends that a socket is told of as what they are. The request may come before what tells it so. */
const TOLD = new Set(["client_reset", "deactivated", "left"]);

/** What the request after it was told, where the socket was not told it whole. */
function endOf(frame: wire.Bye, failure: Refused | Unreachable): string {
  const told = TOLD.has(frame.code) || failure.code === "no_session";
  return told ? frame.code : failure.code;
}
