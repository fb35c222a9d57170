/** The code of who is in and shows that it is still them; it is awaited also after a reload. */
import type { Api, Clock } from "../session/ports";
import type * as wire from "../wire/types.gen";
import type { AwaitedCode } from "./code_entry";
import { ageOf, CodeEntry } from "./code_entry_model";
import type { Kept } from "./context";

export interface ProofCodeOptions {
  readonly api: Pick<Api, "sendProofCode">;
  readonly clock: Clock;
  readonly awaited: Kept<AwaitedCode | undefined>;
  readonly me: wire.Me;
  /** Hands in a code. Rejects as `Api` does. */
  readonly redeem: (code: string) => Promise<void>;
}

export class ProofCode {
  private readonly options: ProofCodeOptions;
  private current: CodeEntry | undefined;

  constructor(options: ProofCodeOptions) {
    this.options = options;
    const { awaited, clock, me } = options;
    const before = awaited.get();
    if (before?.use !== "proof" || before.whose !== me.person.id) return;
    const age = ageOf(before, clock);
    if (age !== undefined) this.enter(before.sent, age);
  }

  /** Where it is typed; undefined: none was sent yet. */
  get entry(): CodeEntry | undefined {
    return this.current;
  }

  /** Has one sent. Rejects as `Api` does. */
  async send(): Promise<void> {
    this.enter(await this.ask());
  }

  /** It was right, or nothing is shown any more. */
  done(): void {
    this.options.awaited.set(undefined);
    this.current?.end();
  }

  private async ask(): Promise<wire.CodeSent> {
    const { api, clock, awaited, me } = this.options;
    const sent = await api.sendProofCode();
    awaited.set({ use: "proof", whose: me.person.id, sent, at: clock.now() });
    return sent;
  }

  private enter(sent: wire.CodeSent, age = 0): void {
    const { clock, redeem } = this.options;
    this.current = new CodeEntry({ clock, sent, age, send: () => this.ask(), redeem });
  }
}
