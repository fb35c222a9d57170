/** The page at the end of the period: a code to the client's own mail or phone. */
import { failureOf, sessionRefused } from "../session/failures";
import type { Api, Clock } from "../session/ports";
import type * as wire from "../wire/types.gen";
import type { AwaitedCode } from "./code_entry";
import { type Kept, troubleOf } from "./context";
import { Observed } from "./observable";
import { ProofCode } from "./proof_code";
import type { VerifyModel, VerifyState } from "./verify";

export interface VerifyOptions {
  readonly api: Pick<Api, "sendProofCode" | "prove" | "me" | "signOut">;
  readonly clock: Clock;
  readonly awaited: Kept<AwaitedCode | undefined>;
  readonly me: wire.Me;
  readonly proved: (me: wire.Me) => Promise<void>;
  /** The session has ended: signed out here, or with the server's code. */
  readonly ended: (code: string) => Promise<void>;
}

export class SessionVerify implements VerifyModel {
  readonly firm: string;
  readonly locale: string | undefined;
  readonly state: Observed<VerifyState>;
  private readonly options: VerifyOptions;
  private readonly code: ProofCode;

  constructor(options: VerifyOptions) {
    this.options = options;
    this.firm = options.me.firm;
    this.locale = options.me.locale;
    this.code = new ProofCode({ ...options, redeem: (code) => this.redeem(code) });
    this.state = new Observed<VerifyState>({ busy: false, code: this.code.entry });
  }

  send(): Promise<void> {
    return this.attempt(async () => {
      await this.code.send();
      this.state.set({ busy: false, code: this.code.entry });
    });
  }

  signOut(): Promise<void> {
    return this.attempt(async () => {
      await this.options.api.signOut();
      await this.options.ended("signed_out");
    });
  }

  private async redeem(code: string): Promise<void> {
    const { api, proved } = this.options;
    await api.prove({ code });
    this.code.done();
    await proved(await api.me());
  }

  private async attempt(work: () => Promise<void>): Promise<void> {
    if (this.state.get().busy) return;
    this.state.set({ ...this.state.get(), busy: true, trouble: undefined });
    try {
      await work();
    } catch (error) {
      const failure = failureOf(error);
      if (sessionRefused(failure)) return this.options.ended(failure.code);
      this.state.set({ ...this.state.get(), busy: false, trouble: troubleOf(failure) });
    }
  }
}
