/** Sign-in with name and password, or by a one-time link. */
import { failureOf } from "../session/failures";
import type { Api } from "../session/ports";
import type * as wire from "../wire/types.gen";
import type { ClientSignInModel } from "./client_sign_in";
import { troubleOf } from "./context";
import type { FirmView } from "./firm_sign";
import { Observed } from "./observable";
import type { Trouble } from "./people";
import type { SignInModel, SignInReason, SignInState } from "./sign_in";

export interface SignInOptions {
  readonly api: Pick<Api, "signIn">;
  /** What this device is called in the list of devices. */
  readonly device: string;
  readonly reason?: SignInReason | undefined;
  readonly trouble?: Trouble | undefined;
  readonly client?: ClientSignInModel | undefined;
  readonly firm?: FirmView | undefined;
  readonly signedIn: (me: wire.Me) => Promise<void>;
}

export class ServerSignIn implements SignInModel {
  readonly state: Observed<SignInState>;
  readonly client: ClientSignInModel | undefined;
  readonly firm: FirmView | undefined;
  private readonly options: SignInOptions;

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

  byLink(link: string): Promise<void> {
    return this.attempt({ link }, true);
  }

  private async attempt(how: wire.SignIn, byLink: boolean): Promise<void> {
    if (this.state.get().busy) return;
    const { api, device, reason, signedIn } = this.options;
    this.state.set({ busy: true, byLink, reason });
    try {
      await signedIn(await api.signIn({ ...how, device }));
    } catch (error) {
      const trouble = troubleOf(failureOf(error));
      this.state.set({ busy: false, byLink: false, reason, trouble });
    }
  }
}
