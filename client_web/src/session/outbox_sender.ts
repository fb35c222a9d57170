/** What is in flight: one command a conversation, in the tab that sends. */
import type { OutboxEntry } from "./outbox_entry";
import type { Cancel, Clock } from "./ports";
import type { Say } from "./positions";
import { Suspects } from "./suspects";

/** Without an answer for so long the same id is sent again; the server knows it. */
const ANSWER_MS = 30_000;

interface Flight {
  readonly id: string;
  readonly cancel: Cancel;
}

export class OutboxSender {
  private readonly clock: Clock;
  private readonly say: Say;
  private readonly next: (conv: string) => OutboxEntry | undefined;
  private readonly inFlight = new Map<string, Flight>();
  private readonly held = new Map<string, Cancel>();
  private readonly suspects = new Suspects();
  private enabled = false;

  constructor(options: {
    clock: Clock;
    say: Say;
    /** The first of a conversation that may be sent. */
    next: (conv: string) => OutboxEntry | undefined;
  }) {
    this.clock = options.clock;
    this.say = options.say;
    this.next = options.next;
  }

  /** This tab is the one that sends. */
  enable(): void {
    this.enabled = true;
  }

  get isEnabled(): boolean {
    return this.enabled;
  }

  stop(): void {
    this.enabled = false;
    this.lost();
  }

  /** Sends the next of a conversation, if nothing is in its way. */
  pump(conv: string): void {
    if (!this.enabled || this.inFlight.has(conv) || this.held.has(conv)) return;
    const entry = this.next(conv);
    if (entry === undefined || !this.suspects.mayGo(entry.id, this.ids())) return;
    if (!this.say(entry.command)) return;
    const cancel = this.clock.after(ANSWER_MS, () => {
      this.inFlight.delete(conv);
      this.pump(conv);
    });
    this.inFlight.set(conv, { id: entry.id, cancel });
  }

  /** True: one is suspected, and others wait while it is in flight. */
  get suspicious(): boolean {
    return this.suspects.any;
  }

  /** The server closed the socket; which command it does so for each time, once that is known. */
  cut(): string | undefined {
    return this.suspects.cut(this.ids());
  }

  /** The server said something of a command: it is none that it closes the socket for. */
  answered(id: string): void {
    this.suspects.clear(id);
  }

  private ids(): readonly string[] {
    return [...this.inFlight.values()].map(({ id }) => id);
  }

  /** The answer came, or nobody waits for it any more. */
  settled(id: string): void {
    for (const [conv, flight] of this.inFlight) {
      if (flight.id !== id) continue;
      flight.cancel();
      this.inFlight.delete(conv);
    }
  }

  /** Sends nothing more in this command's conversation for some seconds; then the same id again. */
  hold(id: string, seconds: number): void {
    for (const [conv, flight] of [...this.inFlight]) {
      if (flight.id !== id) continue;
      this.settled(id);
      this.held.get(conv)?.();
      const again = () => {
        this.held.delete(conv);
        this.pump(conv);
      };
      this.held.set(conv, this.clock.after(seconds * 1000, again));
    }
  }

  /** Holds nothing back any longer; the caller pumps. */
  release(): void {
    for (const cancel of this.held.values()) cancel();
    this.held.clear();
  }

  /** The connection is gone. */
  lost(): void {
    this.release();
    for (const { cancel } of this.inFlight.values()) cancel();
    this.inFlight.clear();
  }
}
