/** Sign-in by a one-time code. */
import { failureOf } from "../session/failures";
import type { Api, Authenticator, Clock } from "../session/ports";
import type * as wire from "../wire/types.gen";
import type { ClientSignInModel, ClientSignInState } from "./client_sign_in";
import type { AwaitedCode } from "./code_entry";
import { ageOf, CodeEntry } from "./code_entry_model";
import { type Agreed, type AskFirst, comeIn } from "./coming_in";
import { type Kept, troubleOf } from "./context";
import { Observed } from "./observable";
import { passkeyTrouble } from "./passkeys";
import type { Trouble } from "./people";

export interface ClientSignInOptions {
  readonly api: Pick<Api, "signIn" | "sendSignInCode" | "passkeyQuestion" | "signInByPasskey">;
  readonly authenticator: Authenticator;
  readonly clock: Clock;
  readonly awaited: Kept<AwaitedCode | undefined>;
  readonly device: string;
  /** Whether the page begins with it. */
  readonly open: boolean;
  readonly askFirst: AskFirst;
  readonly signedIn: (me: wire.Me, by: "code" | "passkey") => Promise<void>;
}

export class CodeSignIn implements ClientSignInModel {
  readonly state: Observed<ClientSignInState>;
  private readonly options: ClientSignInOptions;
  private entry: CodeEntry | undefined;
  private address = "";
  /** The code of `entry`. */
  private sent: AwaitedCode | undefined;

  get passkeys(): boolean {
    return this.options.authenticator.available;
  }

  constructor(options: ClientSignInOptions) {
    this.options = options;
    this.state = new Observed<ClientSignInState>({ step: "closed" });
    const awaited = options.awaited.get();
    const age = awaited?.use === "sign_in" ? ageOf(awaited, options.clock) : undefined;
    if (awaited !== undefined && age !== undefined) this.enter(awaited, age);
    else if (options.open) this.open();
  }

  open(): void {
    this.correct();
  }

  close(): void {
    this.leaveEntry();
    this.state.set({ step: "closed" });
  }

  correct(): void {
    this.leaveEntry();
    this.state.set({ step: "address", busy: false, address: this.address });
  }

  async send(typed: string): Promise<void> {
    const address = typed.trim();
    if (this.state.get().step !== "address" || this.busy() || address === "") return;
    this.address = address;
    this.state.set({ step: "address", busy: true, address });
    try {
      const sent = await this.ask(address);
      if (this.busy()) this.enter(sent);
    } catch (error) {
      const trouble = troubleOf(failureOf(error));
      if (this.busy()) this.notSent(address, trouble);
    }
  }

  async byPasskey(): Promise<void> {
    if (this.state.get().step !== "address" || this.busy()) return;
    const { api, authenticator, device, signedIn, askFirst } = this.options;
    const { address } = this;
    this.state.set({ step: "address", busy: true, byPasskey: true, address });
    try {
      const used = await authenticator.use(await api.passkeyQuestion());
      const come = (agreed: Agreed) => api.signInByPasskey({ ...used, device, ...agreed });
      const me = await comeIn(come, askFirst);
      await signedIn(me, "passkey");
    } catch (error) {
      const trouble = passkeyTrouble(error);
      if (this.busy()) this.state.set({ step: "address", busy: false, address, trouble });
    }
  }

  /** Where a code was sent from here before, its field stays: it works, and another one does not come. */
  private notSent(address: string, trouble: Trouble): void {
    const { entry } = this;
    if (entry === undefined || this.sent?.whose !== address || trouble.code !== "too_many_codes") {
      this.state.set({ step: "address", busy: false, address, trouble });
      return;
    }
    entry.hold(trouble);
    this.options.awaited.set(this.sent);
    this.state.set({ step: "code", code: entry });
  }

  private async ask(address: string): Promise<AwaitedCode> {
    const { api, clock } = this.options;
    const sent = await api.sendSignInCode({ address });
    return { use: "sign_in", whose: address, sent, at: clock.now() };
  }

  private enter(awaited: AwaitedCode, age = 0): void {
    const { clock } = this.options;
    const { whose: address, sent } = awaited;
    this.address = address;
    this.keep(awaited);
    this.entry = new CodeEntry({
      clock,
      sent,
      age,
      send: async () => {
        const again = await this.ask(address);
        this.keep(again);
        return again.sent;
      },
      redeem: (code) => this.redeem(address, code),
    });
    this.state.set({ step: "code", code: this.entry });
  }

  private keep(awaited: AwaitedCode): void {
    this.sent = awaited;
    this.options.awaited.set(awaited);
  }

  private leaveEntry(): void {
    this.entry?.end();
    this.options.awaited.set(undefined);
  }

  private async redeem(address: string, code: string): Promise<void> {
    const { api, device, signedIn, askFirst } = this.options;
    const come = (agreed: Agreed) => api.signIn({ address, code, device, ...agreed });
    const me = await comeIn(come, askFirst);
    this.leaveEntry();
    await signedIn(me, "code");
  }

  private busy(): boolean {
    const state = this.state.get();
    return state.step === "address" && state.busy;
  }
}
