/** A microphone that hears what a test says. */
import type { Content } from "../../src/session/ports";
import {
  MicRefused,
  type Microphone,
  type MicTrouble,
  type Take,
} from "../../src/view_models/voice";

export class FakeMicrophone implements Microphone {
  /** Why it cannot be had. */
  trouble: MicTrouble | undefined;
  /** Whether the person still thinks about whether to allow it. */
  asked = false;
  /** Whether the device is in use. */
  on = false;
  /** What became of the recordings. */
  readonly became: ("paused" | "resumed" | "stopped" | "dropped")[] = [];
  private heard: (level: number) => void = () => {};
  private ended: () => void = () => {};
  private allowed: () => void = () => {};

  /** They allow it. */
  allow(): void {
    this.asked = false;
    this.allowed();
  }

  /** It is so loud now. */
  hear(level: number): void {
    this.heard(level);
  }

  /** The device is pulled out. */
  pull(): void {
    this.ended();
  }

  async open(heard: (level: number) => void, ended: () => void): Promise<Take> {
    if (this.trouble !== undefined) throw new MicRefused(this.trouble);
    if (this.asked) await new Promise<void>((allowed) => (this.allowed = allowed));
    [this.heard, this.ended, this.on] = [heard, ended, true];
    return {
      pause: () => void this.became.push("paused"),
      resume: () => void this.became.push("resumed"),
      stop: async () => {
        this.let("stopped");
        const file = new File(["sound"], "voice-1.webm", { type: "audio/webm" });
        return file as unknown as Content;
      },
      drop: () => this.let("dropped"),
    };
  }

  private let(how: "stopped" | "dropped"): void {
    this.on = false;
    this.became.push(how);
  }
}
