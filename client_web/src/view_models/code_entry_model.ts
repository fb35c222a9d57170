/** A one-time code: typed, handed in, asked for again once that may be. */
import { failureOf } from "../session/failures";
import type { Cancel, Clock } from "../session/ports";
import type { CodeSent } from "../wire/types.gen";
import type { AwaitedCode, CodeEntryModel, CodeState } from "./code_entry";
import { troubleOf } from "./context";
import { Observed } from "./observable";
import type { Trouble } from "./people";

const TICK_MS = 1_000;

export interface CodeEntryOptions {
  readonly clock: Clock;
  readonly sent: CodeSent;
  /** How long ago that was, in milliseconds. */
  readonly age?: number | undefined;
  /** Asks for another code. Rejects as `Api` does. */
  readonly send: () => Promise<CodeSent>;
  /** Hands in a code. Rejects as `Api` does. */
  readonly redeem: (code: string) => Promise<void>;
}

export class CodeEntry implements CodeEntryModel {
  readonly state: Observed<CodeState>;
  private readonly options: CodeEntryOptions;
  /** On the clock that never goes back. */
  private againAt: number;
  private timer: Cancel | undefined;

  constructor(options: CodeEntryOptions) {
    const { clock, sent, age = 0 } = options;
    this.options = options;
    this.againAt = clock.monotonic() + sent.again_in * 1_000 - age;
    this.state = new Observed<CodeState>({
      ...shown(sent),
      text: "",
      busy: false,
      sent: 1,
      againIn: this.left(),
    });
    this.wait();
  }

  type(text: string): void {
    const { digits, busy, text: before } = this.state.get();
    if (busy) return;
    const typed = text.normalize("NFKC").replace(/\D/g, "").slice(0, digits);
    if (typed === before) return;
    this.change({ text: typed, trouble: undefined });
    if (typed.length === digits) void this.submit();
  }

  async submit(): Promise<void> {
    const { text, digits, busy } = this.state.get();
    if (busy || text.length < digits) return;
    this.change({ busy: true, trouble: undefined });
    try {
      await this.options.redeem(text);
      this.change({ busy: false });
    } catch (error) {
      const trouble = troubleOf(failureOf(error));
      // A wrong one is typed anew; one that did not come through is handed in again.
      if (isWrongCode(trouble)) this.refuse(trouble);
      else this.change({ busy: false, trouble });
    }
  }

  async again(): Promise<void> {
    const { busy, againIn, sent } = this.state.get();
    if (busy || againIn > 0) return;
    this.change({ busy: true, trouble: undefined });
    try {
      const answer = await this.options.send();
      this.waitFor(answer.again_in);
      this.change({ ...shown(answer), text: "", busy: false, sent: sent + 1 });
    } catch (error) {
      this.hold(troubleOf(failureOf(error)));
    }
  }

  /** Shows what went wrong elsewhere with the code that was typed here. */
  refuse(trouble: Trouble): void {
    this.change({ busy: false, text: "", trouble });
    if (trouble.code === "code_used_up") this.waitFor(0); // a new one is all that helps
  }

  /** No other code can be asked for at the moment: the one that was sent goes on. */
  hold(trouble: Trouble): void {
    this.change({ busy: false, trouble });
    this.waitFor(trouble.retryAfter ?? 0);
  }

  /** Nobody looks at it any more. */
  end(): void {
    this.timer?.();
  }

  private waitFor(seconds: number): void {
    this.againAt = this.options.clock.monotonic() + seconds * 1_000;
    this.wait();
  }

  private wait(): void {
    this.timer?.();
    this.change({ againIn: this.left() });
    if (this.left() > 0) this.timer = this.options.clock.after(TICK_MS, () => this.wait());
  }

  private left(): number {
    return Math.max(0, Math.ceil((this.againAt - this.options.clock.monotonic()) / 1_000));
  }

  private change(patch: Partial<CodeState>): void {
    this.state.set({ ...this.state.get(), ...patch });
  }
}

/** How long ago a code was sent, in milliseconds; undefined: it works no more. */
export function ageOf(
  { sent, at }: Pick<AwaitedCode, "sent" | "at">,
  clock: Clock,
): number | undefined {
  const age = Math.max(0, clock.now() - at);
  return age < sent.expires_in * 1_000 ? age : undefined;
}

/** Whether it is about the code that was typed, not about what it was typed for. */
export function isWrongCode({ code }: { readonly code: string }): boolean {
  return code === "bad_code" || code === "code_used_up";
}

function shown({ address, way, digits, expires_in }: CodeSent) {
  return { address, way, digits, minutes: Math.round(expires_in / 60) };
}
