/** Asks for a look's own reason where its conversation lies outside the case, and looks again. */
import { Observed } from "../observable";
import type { Trouble } from "../people";

export type Looking = "range" | "search" | "export";
export interface Why {
  readonly reason?: string;
}

export interface Asking {
  readonly conversation: string;
  readonly looking: Looking;
  /** The reason that was given is the case's, or shows nothing. */
  readonly refused: boolean;
}

export class OwnReason {
  /** Undefined: nothing is asked. */
  readonly state = new Observed<Asking | undefined>(undefined);
  private answered: ((reason: string | undefined) => void) | undefined;

  /**
   * Looks, and again for the reason that is given; returns what went wrong, if something did.
   *
   * The server decides. Where none is given, that it is needed is what went wrong.
   */
  async seek(
    conversation: string,
    looking: Looking,
    look: (why: Why) => Promise<Trouble | undefined>,
  ): Promise<Trouble | undefined> {
    for (let why: Why = {}, refused = false; ; refused = true) {
      const trouble = await look(why);
      if (trouble?.code !== NEEDED) return trouble;
      const reason = await this.ask({ conversation, looking, refused });
      if (reason === undefined) return trouble;
      why = { reason };
    }
  }

  readonly give = (reason: string): void => this.answer(reason);
  readonly cancel = (): void => this.answer(undefined);

  private ask(asking: Asking): Promise<string | undefined> {
    this.cancel();
    this.state.set(asking);
    return new Promise((resolve) => {
      this.answered = resolve;
    });
  }

  private answer(reason: string | undefined): void {
    this.state.set(undefined);
    this.answered?.(reason);
    this.answered = undefined;
  }
}

const NEEDED = "reason_needed";
