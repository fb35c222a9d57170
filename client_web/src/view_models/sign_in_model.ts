/** Sign-in with name and password, or by a one-time link. */
import { failureOf, Refused } from "../session/failures";
import type { Api } from "../session/ports";
import type * as wire from "../wire/types.gen";
import type { ClientSignInModel } from "./client_sign_in";
import { type Agreed, type AskFirst, comeIn } from "./coming_in";
import { troubleOf } from "./context";
import type { FirmView } from "./firm_sign";
import { Observed } from "./observable";
import type { Trouble } from "./people";
import type { SignInModel, SignInReason, SignInState } from "./sign_in";

export interface SignInOptions {
  readonly api: Pick<Api, "signIn" | "whoseLink" | "reportLink">;
  /** What this device is called in the list of devices. */
  readonly device: string;
  readonly reason?: SignInReason | undefined;
  readonly trouble?: Trouble | undefined;
  readonly client?: ClientSignInModel | undefined;
  readonly firm?: FirmView | undefined;
  readonly signedIn: (me: wire.Me) => Promise<void>;
  readonly askFirst: AskFirst;
}

export class ServerSignIn implements SignInModel {
  readonly state: Observed<SignInState>;
  readonly client: ClientSignInModel | undefined;
  readonly firm: FirmView | undefined;
  private readonly options: SignInOptions;
  private link: string | undefined;

  constructor(options: SignInOptions) {
    this.options = options;
    const { reason, trouble, client, firm } = options;
    this.client = client;
    this.firm = firm;
    this.state = new Observed<SignInState>({ busy: false, byLink: false, reason, trouble });
  }

  submit(username: string, password: string): Promise<void> {
    return this.attempt({ username: username.trim(), password }, false);
  }

  /** Shows whose link it is. Where that was asked about, whoever agreed has pressed already. */
  async byLink(link: string): Promise<void> {
    const { api, askFirst, reason } = this.options;
    this.link = link;
    this.state.set({ busy: true, byLink: true, reason });
    try {
      let agreed: Agreed = {};
      const { name } = await comeIn((so) => {
        agreed = so;
        return api.whoseLink({ link, ...so });
      }, askFirst);
      this.state.set({ busy: false, byLink: true, reason, whose: name });
      if (agreed.instead_of !== undefined) await this.attempt({ link, ...agreed }, true);
    } catch (error) {
      this.failed(error);
    }
  }

  async goOn(): Promise<void> {
    if (this.link !== undefined) await this.attempt({ link: this.link }, true);
  }

  async report(): Promise<void> {
    const before = this.state.get();
    const { used } = before;
    if (before.busy || this.link === undefined || used === undefined) return;
    this.state.set({ ...before, busy: true });
    try {
      await this.options.api.reportLink({ link: this.link });
      this.state.set({ ...before, busy: false, used: { ...used, reported: true } });
    } catch (error) {
      this.state.set({ ...before, busy: false, trouble: troubleOf(failureOf(error)) });
    }
  }

  private async attempt(how: wire.SignIn, byLink: boolean): Promise<void> {
    const { busy, whose } = this.state.get();
    if (busy) return;
    const { api, device, reason, signedIn, askFirst } = this.options;
    this.state.set({ busy: true, byLink, reason, whose });
    try {
      const come = (agreed: Agreed) => api.signIn({ ...how, device, ...agreed });
      await signedIn(await comeIn(come, askFirst));
    } catch (error) {
      this.failed(error);
    }
  }

  private failed(error: unknown): void {
    const { reason } = this.options;
    const failure = failureOf(error);
    const trouble = troubleOf(failure);
    const use = failure instanceof Refused ? failure.about.used : undefined;
    const used = use && { ...use, reported: false };
    this.state.set({ busy: false, byLink: false, reason, trouble, used });
  }
}
