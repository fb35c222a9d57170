/**
 * Plays voice notes, one at a time on a page.
 *
 * A link to a file ends after some minutes: it is asked for anew, and goes on where it was.
 */
import type { Source } from "./files";
import { Observed } from "./observable";
import type { Trouble } from "./people";

/** Held: it was paused meanwhile, or may not begin by itself. */
export type Played = "played" | "held" | "unreadable";

/** Places in milliseconds. */
export interface Sound {
  play(): Promise<Played>;
  pause(): void;
  seek(at: number): void;
  speed(rate: number): void;
  close(): void;
}

export interface SoundEvents {
  at(at: number): void;
  ended(): void;
  failed(): void;
}

export interface Sounds {
  /** Stands at `at`; undefined: it cannot be read. */
  load(address: string, at: number, events: SoundEvents): Promise<Sound | undefined>;
}

export const SPEEDS = [1, 1.5, 2] as const;

/** One for all: who likes it fast does so everywhere. */
export const speed = new Observed<number>(1);
let playing: VoicePlayer | undefined;

export interface Playing {
  readonly on: boolean;
  /** In milliseconds. */
  readonly at: number;
  readonly trouble?: Trouble | undefined;
}

interface PlayerOptions {
  readonly sounds: Sounds;
  /** Where it can be read; `again`: an address that was given did not work. */
  ask(again: boolean): Promise<Source>;
  /** It is heard. */
  readonly begun?: (() => void) | undefined;
}

export class VoicePlayer {
  readonly state = new Observed<Playing>({ on: false, at: 0 });
  private readonly options: PlayerOptions;
  private sound: Sound | undefined;
  private wanted = false;
  private failures = 0;

  constructor(options: PlayerOptions) {
    this.options = options;
  }

  toggle(): void {
    if (this.wanted) this.pause();
    else void this.play();
  }

  pause(): void {
    this.wanted = false;
    this.sound?.pause();
    this.patch({ on: false });
  }

  /** `at`: in milliseconds. */
  seek(at: number): void {
    this.patch({ at });
    this.sound?.seek(at);
  }

  faster(): void {
    const next = SPEEDS[(SPEEDS.indexOf(speed.get() as 1) + 1) % SPEEDS.length] ?? 1;
    speed.set(next);
    this.sound?.speed(next);
  }

  /** It is not shown any more. */
  close(): void {
    this.pause();
    this.sound?.close();
    this.sound = undefined;
    if (playing === this) playing = undefined;
  }

  private async play(again = false): Promise<void> {
    if (playing !== this) playing?.pause();
    playing = this;
    this.wanted = true;
    this.patch({ on: true, trouble: undefined });
    const sound = this.sound ?? (await this.load(again));
    if (sound === "unreadable") return this.failed();
    this.sound = sound;
    if (sound === undefined || !this.wanted) return;
    sound.speed(speed.get());
    const played = await sound.play();
    if (played === "played") this.options.begun?.();
    else if (played === "unreadable") this.failed();
    // It waits to be pressed again.
    else this.pause();
  }

  private async load(again: boolean): Promise<Sound | "unreadable" | undefined> {
    const { ask, sounds } = this.options;
    const source = await ask(again);
    if ("trouble" in source) {
      this.pause();
      this.patch({ trouble: source.trouble });
      return undefined;
    }
    const sound = await sounds.load(source.url, this.state.get().at, {
      at: (at) => this.patch({ at }),
      ended: () => this.ended(),
      failed: () => this.failed(),
    });
    return sound ?? "unreadable";
  }

  private ended(): void {
    // Whoever goes to the end while it stands still stays there.
    if (!this.wanted) return;
    this.pause();
    this.seek(0);
  }

  private failed(): void {
    this.sound = undefined;
    this.failures += 1;
    if (this.failures === 1 && this.wanted) void this.play(true);
    else {
      this.pause();
      this.patch({ trouble: { code: "file_unreadable" } });
    }
  }

  private patch(change: Partial<Playing>): void {
    this.state.set({ ...this.state.get(), ...change });
  }
}
