/** Voice notes: one that is being recorded, and how each of them is shown. */
import type { Content } from "../session/ports";
import type { WireVoice } from "../wire/types.gen";
import type { Observable } from "./observable";

/** Why nothing can be recorded. */
export type MicTrouble = "denied" | "missing" | "busy" | "unsupported";

/** What its recorder measured. */
export type VoiceMeasure = WireVoice;

export interface VoiceState {
  /** over: what was recorded went on, or was discarded. */
  readonly kind: "asking" | "recording" | "paused" | "failed" | "over";
  /** So much is recorded, in milliseconds. */
  readonly ms: number;
  /** How loud it was last, the newest at the end: 0 to 1. */
  readonly levels: readonly number[];
  /** It goes on without being held. */
  readonly locked: boolean;
  /** How far it is slid towards being cancelled: 0 to 1. */
  readonly pull: number;
  readonly trouble?: MicTrouble | undefined;
}

/** One recording, from asking for the microphone to its end. */
export interface VoiceNoteModel {
  readonly state: Observable<VoiceState>;
  /** It goes on without being held. */
  lock(): void;
  /** Whoever holds it moved so far, in pixels: towards cancelling, and upwards. */
  drag(aside: number, up: number): void;
  /** Let go: it is sent; a short press only begins it, and so does one while it is asked. */
  release(): void;
  pause(): void;
  resume(): void;
  send(): void;
  /** It stays beside the text that is being written, to be heard before it is sent. */
  keep(): void;
  /** Discards it. */
  cancel(): void;
}

/** What became of a recording; `send`: at once. */
export type GiveVoice = (content: Content, voice: WireVoice, send: boolean) => void;

export type RecordVoice = (give: GiveVoice) => VoiceNoteModel;

/** The device could not be had. */
export class MicRefused extends Error {
  override readonly name = "MicRefused";
  readonly trouble: MicTrouble;

  constructor(trouble: MicTrouble) {
    super(trouble);
    this.trouble = trouble;
  }
}

/** A recording of the device's. */
export interface Take {
  pause(): void;
  resume(): void;
  /** What was recorded, named. The device is let go. */
  stop(): Promise<Content>;
  /** Forgets it. The device is let go. */
  drop(): void;
}

export interface Microphone {
  /**
   * Records from now on. `heard` is told how loud it is (0 to 1), some twenty times a second, `ended`
   * when the device is gone. Rejects with MicRefused.
   */
  open(heard: (level: number) => void, ended: () => void): Promise<Take>;
}

/** As many steps as a wave has. */
export const STEPS = 64;
/** What is quieter is no sound. */
const SILENCE = 0.004;

/** How loud it was from beginning to end: one hexadecimal digit a step, the loudest f. */
export function waveOf(levels: readonly number[]): string {
  const steps = Math.min(STEPS, Math.max(1, levels.length));
  const peaks = Array.from({ length: steps }, (_, step) => {
    const from = Math.floor((step * levels.length) / steps);
    const to = Math.max(from + 1, Math.floor(((step + 1) * levels.length) / steps));
    return Math.max(0, ...levels.slice(from, to));
  });
  const loudest = Math.max(SILENCE, ...peaks);
  return peaks.map((peak) => Math.round(15 * Math.sqrt(peak / loudest)).toString(16)).join("");
}

/** 0:12 */
export function lengthOf(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** As a whole one is called: rounded, and never nothing. */
export function wholeLength(ms: number): string {
  return lengthOf(Math.max(1000, Math.floor(ms + 500)));
}
