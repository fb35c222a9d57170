/**
 * One voice note being recorded.
 *
 *     asking --the device is there--> recording <--> paused
 *     asking --it is not--> failed
 *     recording, paused --sent or kept--> over, and what was recorded goes on
 *     asking, recording, paused --cancelled--> over
 *
 * What was recorded is kept, not lost, when the device goes or it gets too long.
 */
import type { Clock } from "../session/ports";
import { Observed } from "./observable";
import {
  type GiveVoice,
  MicRefused,
  type Microphone,
  type Take,
  type VoiceNoteModel,
  type VoiceState,
  waveOf,
} from "./voice";

/** As long as the server takes one. */
export const MOST_MS = 3_600_000;
/** A press shorter than this only begins it. */
const TAP_MS = 400;
const CANCEL_PX = 120;
const LOCK_PX = 72;
const SHOWN_LEVELS = 64;

const BEGUN: VoiceState = { kind: "asking", ms: 0, levels: [], locked: false, pull: 0 };

export interface VoiceOptions {
  readonly microphone: Microphone;
  readonly clock: Pick<Clock, "monotonic">;
  readonly give: GiveVoice;
}

export class VoiceNote implements VoiceNoteModel {
  readonly state = new Observed<VoiceState>(BEGUN);
  private readonly options: VoiceOptions;
  private readonly pressedAt: number;
  private readonly levels: number[] = [];
  private take: Take | undefined;
  /** Recorded before the pause. */
  private before = 0;
  private since: number | undefined;

  constructor(options: VoiceOptions) {
    this.options = options;
    this.pressedAt = this.now();
    void this.start();
  }

  lock(): void {
    if (this.isOpen()) this.patch({ locked: true, pull: 0 });
  }

  drag(aside: number, up: number): void {
    if (!this.isOpen() || this.state.get().locked) return;
    if (aside >= CANCEL_PX) this.cancel();
    else if (up >= LOCK_PX && up > aside) this.lock();
    else this.patch({ pull: Math.max(0, aside) / CANCEL_PX });
  }

  release(): void {
    const { kind, locked } = this.state.get();
    if (locked || !this.isOpen()) return;
    if (kind === "asking" || this.now() - this.pressedAt < TAP_MS) this.lock();
    else this.send();
  }

  pause(): void {
    if (this.state.get().kind !== "recording") return;
    this.take?.pause();
    this.before = this.recorded();
    this.since = undefined;
    this.patch({ kind: "paused", ms: this.before });
  }

  resume(): void {
    if (this.state.get().kind !== "paused") return;
    this.take?.resume();
    this.since = this.now();
    this.patch({ kind: "recording" });
  }

  send(): void {
    void this.finish(true);
  }

  keep(): void {
    void this.finish(false);
  }

  cancel(): void {
    this.take?.drop();
    this.take = undefined;
    this.patch({ kind: "over" });
  }

  private async start(): Promise<void> {
    try {
      const take = await this.options.microphone.open(
        (level) => this.heard(level),
        () => this.keep(),
      );
      if (this.state.get().kind === "over") return take.drop();
      this.take = take;
      this.since = this.now();
      this.patch({ kind: "recording" });
    } catch (error) {
      if (!(error instanceof MicRefused)) throw error;
      if (this.state.get().kind !== "over") this.patch({ kind: "failed", trouble: error.trouble });
    }
  }

  private heard(level: number): void {
    if (this.state.get().kind !== "recording") return;
    this.levels.push(level);
    const ms = this.recorded();
    this.patch({ ms, levels: this.levels.slice(-SHOWN_LEVELS) });
    if (ms >= MOST_MS) this.keep();
  }

  /** Nothing is recorded before the device is there: then there is nothing to keep. */
  private async finish(send: boolean): Promise<void> {
    const { take } = this;
    if (take === undefined) return this.cancel();
    const ms = Math.round(Math.min(MOST_MS, Math.max(1, this.recorded())));
    this.take = undefined;
    this.since = undefined;
    const content = await take.stop();
    this.options.give(content, { ms, wave: waveOf(this.levels) }, send);
    this.patch({ kind: "over" });
  }

  private recorded(): number {
    return this.before + (this.since === undefined ? 0 : this.now() - this.since);
  }

  private now(): number {
    return this.options.clock.monotonic();
  }

  private isOpen(): boolean {
    const { kind } = this.state.get();
    return kind !== "over" && kind !== "failed";
  }

  private patch(change: Partial<VoiceState>): void {
    this.state.set({ ...this.state.get(), ...change });
  }
}
