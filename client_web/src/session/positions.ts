/** States how far this person has received, read and played: the first two at most once a second. */
import type * as wire from "../wire/types.gen";
import type { Cancel, Clock } from "./ports";
import type { Roster } from "./roster";
import { Signal } from "./signal";

const EVERY_MS = 1_000;

interface Reached {
  read: number;
  delivered: number;
}

/** Sends a frame if the connection is live; false: it is not. */
export type Say = (frame: wire.AnyClientFrame) => boolean;

export class Positions {
  /** This person has read further here; with the conversation. */
  readonly changed = new Signal<string>();
  /** Somebody has played voice notes: in which conversation, and their numbers. */
  readonly heard = new Signal<{ readonly conv: string; readonly numbers: readonly number[] }>();
  private readonly clock: Clock;
  private readonly roster: Roster;
  private readonly me: string;
  private readonly say: Say;
  /** Reached here, whether stated or not. */
  private readonly reached = new Map<string, Reached>();
  private readonly due = new Map<string, Cancel>();
  /** Voice notes that were played here and are not on the record as played, by number. */
  private readonly played = new Map<string, Map<number, string>>();

  constructor(options: { clock: Clock; roster: Roster; me: string; say: Say }) {
    this.clock = options.clock;
    this.roster = options.roster;
    this.me = options.me;
    this.say = options.say;
  }

  /** An event arrived on this device. */
  arrived(event: wire.AnyEvent): void {
    if (event.type === "positions") {
      this.learn(event);
      return;
    }
    if (event.type !== "message.sent" || event.actor === this.me) return;
    this.reach(event.conv, { read: 0, delivered: event.msg_no });
  }

  /** This person has seen everything up to `msg_no`. */
  read(conv: string, msg_no: number): void {
    this.reach(conv, { read: msg_no, delivered: msg_no });
  }

  /** This person has begun to play a voice note of somebody else's. */
  play({
    conv,
    event_id: target,
    msg_no,
  }: Pick<wire.MessageSent, "conv" | "event_id" | "msg_no">): void {
    const waiting = this.played.get(conv) ?? new Map<number, string>();
    this.played.set(conv, waiting.set(msg_no, target));
    this.say({ t: "played", conv, target });
  }

  /** How far this person has read, as far as this device knows. */
  readUpTo(conv: string): number {
    const published = this.roster.conversations.get(conv)?.read ?? 0;
    return Math.max(published, this.reached.get(conv)?.read ?? 0);
  }

  /** After each `resumed`: states again what is not on the record. */
  restate(): void {
    for (const [conv, { last_msg_no, left }] of this.roster.conversations) {
      if (!left) this.reach(conv, { read: 0, delivered: last_msg_no });
    }
    for (const conv of this.reached.keys()) this.plan(conv);
    for (const [conv, waiting] of this.played) {
      for (const target of waiting.values()) this.say({ t: "played", conv, target });
    }
  }

  /** States everything now; the page is about to be hidden. */
  flush(): void {
    for (const conv of [...this.due.keys()]) this.state(conv);
  }

  private learn({ conv, changes }: wire.Positions): void {
    const numbers = changes.flatMap(({ played = [] }) => played);
    for (const { person, played = [] } of changes) {
      if (person !== this.me) continue;
      for (const number of played) this.played.get(conv)?.delete(number);
    }
    if (numbers.length > 0) this.heard.emit({ conv, numbers });
  }

  private reach(conv: string, to: Reached): void {
    const reached = this.reached.get(conv) ?? { read: 0, delivered: 0 };
    if (to.read <= reached.read && to.delivered <= reached.delivered) return;
    this.reached.set(conv, {
      read: Math.max(reached.read, to.read),
      delivered: Math.max(reached.delivered, to.delivered),
    });
    if (to.read > reached.read) this.changed.emit(conv);
    this.plan(conv);
  }

  private plan(conv: string): void {
    if (this.due.has(conv) || !this.lags(conv)) return;
    this.due.set(
      conv,
      this.clock.after(EVERY_MS, () => this.state(conv)),
    );
  }

  private state(conv: string): void {
    this.due.get(conv)?.();
    this.due.delete(conv);
    const reached = this.reached.get(conv);
    const lags = this.lags(conv);
    if (reached === undefined || !lags) return;
    // Having read implies having received.
    if (lags === "read") this.say({ t: "read", conv, msg_no: reached.read });
    if (reached.delivered > reached.read || lags === "delivered") {
      this.say({ t: "delivered", conv, msg_no: reached.delivered });
    }
  }

  /** What of the reached positions is not on the record yet. */
  private lags(conv: string): "read" | "delivered" | undefined {
    const conversation = this.roster.conversations.get(conv);
    const reached = this.reached.get(conv);
    if (conversation === undefined || reached === undefined || conversation.left) return undefined;
    if (reached.read > conversation.read) return "read";
    const own = conversation.members.find(({ person }) => person === this.me);
    return reached.delivered > (own?.delivered ?? 0) ? "delivered" : undefined;
  }
}
