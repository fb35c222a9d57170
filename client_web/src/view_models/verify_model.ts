/** The page at the end of the period: a code to the client's own mail or phone. */
import { failureOf, sessionRefused } from "../session/failures";
import type { Api, Clock } from "../session/ports";
import type * as wire from "../wire/types.gen";
import type { AwaitedCode } from "./code_entry";
import { ageOf, CodeEntry } from "./code_entry_model";
import { type Kept, troubleOf } from "./context";
import { Observed } from "./observable";
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
  readonly state = new Observed<VerifyState>({ busy: false });
  private readonly options: VerifyOptions;

  constructor(options: VerifyOptions) {
    this.options = options;
    this.firm = options.me.firm;
    this.locale = options.me.locale;
    const awaited = options.awaited.get();
    const mine = awaited?.use === "proof" && awaited.whose === options.me.person.id;
    const age = mine ? ageOf(awaited, options.clock) : undefined;
    if (awaited !== undefined && age !== undefined) this.enter(awaited.sent, age);
  }

  send(): Promise<void> {
    return this.attempt(async () => this.enter(await this.ask()));
  }

  signOut(): Promise<void> {
    return this.attempt(async () => {
      await this.options.api.signOut();
      await this.options.ended("signed_out");
    });
  }

  private async ask(): Promise<wire.CodeSent> {
    const { api, clock, awaited, me } = this.options;
    const sent = await api.sendProofCode();
    awaited.set({ use: "proof", whose: me.person.id, sent, at: clock.now() });
    return sent;
  }

  private enter(sent: wire.CodeSent, age = 0): void {
    const { clock } = this.options;
    const redeem = (typed: string) => this.redeem(typed);
    const code = new CodeEntry({ clock, sent, age, send: () => this.ask(), redeem });
    this.state.set({ busy: false, code });
  }

  private async redeem(code: string): Promise<void> {
    const { api, awaited, proved } = this.options;
    await api.prove({ code });
    awaited.set(undefined);
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
