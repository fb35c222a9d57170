/** Unlocks the app, by passkey or by what the person signs in with. */
import { failureOf, Refused, sessionRefused } from "../session/failures";
import type { Api, Authenticator, Clock } from "../session/ports";
import type * as wire from "../wire/types.gen";
import type { AwaitedCode } from "./code_entry";
import type { Kept } from "./context";
import type { LockedModel, LockedState } from "./locked";
import { Observed } from "./observable";
import { passkeyTrouble } from "./passkeys";
import { ProofCode } from "./proof_code";

export interface LockedOptions {
  readonly api: Pick<Api, "unlockQuestion" | "sendProofCode" | "signOut">;
  readonly clock: Clock;
  readonly awaited: Kept<AwaitedCode | undefined>;
  readonly authenticator: Pick<Authenticator, "available" | "use">;
  readonly me: wire.Me;
  readonly unlock: (body: wire.Unlock) => Promise<wire.Me>;
  readonly unlocked: (me: wire.Me) => Promise<void>;
  /** The session has ended: signed out here, or with the server's code. */
  readonly ended: (code: string) => Promise<void>;
}

export class SessionLocked implements LockedModel {
  readonly locale: string | undefined;
  readonly isClient: boolean;
  readonly state: Observed<LockedState>;
  private readonly options: LockedOptions;
  private readonly code: ProofCode;

  constructor(options: LockedOptions) {
    this.options = options;
    this.locale = options.me.locale;
    this.isClient = options.me.person.kind === "client";
    this.code = new ProofCode({ ...options, redeem: (code) => this.open({ code }) });
    const passkeys = options.authenticator.available ? undefined : false;
    this.state = new Observed<LockedState>({ busy: false, passkeys, code: this.code.entry });
    if (passkeys === undefined) void this.look();
  }

  byPasskey(): Promise<void> {
    const { api, authenticator } = this.options;
    return this.attempt(async () => {
      const question = await api.unlockQuestion();
      if (question.known.length === 0) throw new Refused(404, "no_passkey", "There is none.");
      await this.open({ passkey: await authenticator.use(question) });
    });
  }

  byPassword(password: string): Promise<void> {
    return this.attempt(() => this.open({ password }));
  }

  sendCode(): Promise<void> {
    return this.attempt(async () => {
      await this.code.send();
      this.change({ code: this.code.entry });
    });
  }

  signOut(): Promise<void> {
    return this.attempt(async () => {
      await this.options.api.signOut();
      await this.options.ended("signed_out");
    });
  }

  /** Whether there is a passkey to offer; one is offered where nobody answers. */
  private async look(): Promise<void> {
    try {
      const { known } = await this.options.api.unlockQuestion();
      this.change({ passkeys: known.length > 0 });
    } catch (error) {
      failureOf(error);
      this.change({ passkeys: true });
    }
  }

  private async open(body: wire.Unlock): Promise<void> {
    const { unlock, unlocked } = this.options;
    const me = await unlock(body);
    this.code.done();
    await unlocked(me);
  }

  private async attempt(work: () => Promise<void>): Promise<void> {
    if (this.state.get().busy) return;
    this.change({ busy: true, trouble: undefined });
    try {
      await work();
      this.change({ busy: false });
    } catch (error) {
      const trouble = passkeyTrouble(error);
      if (sessionRefused(error)) return this.options.ended(trouble.code);
      this.change({ busy: false, trouble });
    }
  }

  private change(patch: Partial<LockedState>): void {
    this.state.set({ ...this.state.get(), ...patch });
  }
}
