/**
 * Plays voice notes, one at a time on a page.
 *
 * Facts first:
 *   * What a browser records as WebM does not say how long it is: until it was read to its end,
 *     its duration is Infinity, and one can go nowhere in it.
 *   * A link to a file ends after some minutes: it is asked for anew, and goes on where it was.
 */
import type { Source } from "../../view_models/files";
import { Observed } from "../../view_models/observable";
import type { Trouble } from "../../view_models/people";

export const SPEEDS = [1, 1.5, 2] as const;
/** Behind the end of every voice note, in seconds. */
const BEHIND = 1e6;

/** One for all: who likes it fast does so everywhere. */
export const speed = new Observed<number>(1);
let playing: VoicePlayer | undefined;

export interface Playing {
  readonly on: boolean;
  /** In milliseconds. */
  readonly at: number;
  readonly trouble?: Trouble | undefined;
}

export class VoicePlayer {
  readonly state = new Observed<Playing>({ on: false, at: 0 });
  private readonly ask: (again: boolean) => Promise<Source>;
  private audio: HTMLAudioElement | undefined;
  private wanted = false;
  private failures = 0;

  /** `ask`: where it can be read; `again`: an address that was given did not work. */
  constructor(ask: (again: boolean) => Promise<Source>) {
    this.ask = ask;
  }

  toggle(): void {
    if (this.wanted) this.pause();
    else void this.play();
  }

  pause(): void {
    this.wanted = false;
    this.audio?.pause();
    this.patch({ on: false });
  }

  /** `at`: in milliseconds. */
  seek(at: number): void {
    this.patch({ at });
    if (this.audio !== undefined) this.audio.currentTime = at / 1000;
  }

  faster(): void {
    const next = SPEEDS[(SPEEDS.indexOf(speed.get() as 1) + 1) % SPEEDS.length] ?? 1;
    speed.set(next);
    if (this.audio !== undefined) this.audio.playbackRate = next;
  }

  /** It is not shown any more. */
  close(): void {
    this.pause();
    this.audio?.removeAttribute("src");
    this.audio = undefined;
    if (playing === this) playing = undefined;
  }

  private async play(again = false): Promise<void> {
    if (playing !== this) playing?.pause();
    playing = this;
    this.wanted = true;
    this.patch({ on: true, trouble: undefined });
    try {
      this.audio ??= await this.load(again);
      if (this.audio === undefined || !this.wanted) return;
      this.audio.playbackRate = speed.get();
      await this.audio.play();
    } catch (error) {
      // It was paused, or may not begin by itself: then it waits to be pressed again.
      if (!(error instanceof DOMException)) throw error;
      if (error.name === "NotSupportedError") this.failed();
      else this.pause();
    }
  }

  private async load(again: boolean): Promise<HTMLAudioElement | undefined> {
    const source = await this.ask(again);
    if ("trouble" in source) {
      this.pause();
      this.patch({ trouble: source.trouble });
      return undefined;
    }
    const audio = new Audio(source.url);
    await measured(audio);
    audio.currentTime = this.state.get().at / 1000;
    audio.ontimeupdate = () => this.patch({ at: audio.currentTime * 1000 });
    audio.onended = () => {
      // Whoever goes to the end while it stands still stays there.
      if (!this.wanted) return;
      this.pause();
      this.seek(0);
    };
    audio.onerror = () => this.failed();
    return audio;
  }

  private failed(): void {
    this.audio = undefined;
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

/** Resolves once it is known how long it is. */
function measured(audio: HTMLAudioElement): Promise<void> {
  return new Promise((done, fail) => {
    audio.preload = "auto";
    audio.onerror = () => fail(new DOMException("cannot be read", "NotSupportedError"));
    audio.ondurationchange = () => {
      if (Number.isFinite(audio.duration)) done();
      else audio.currentTime = BEHIND;
    };
  });
}
