/** The screen before anybody is signed in. */
import type { ClientSignInModel } from "./client_sign_in";
import type { Observable } from "./observable";
import type { Trouble } from "./people";

/** Why the person is here, if it was not their first visit. */
export type SignInReason = "signed_out" | "session_ended" | "device_revoked" | "left";

export interface SignInState {
  readonly busy: boolean;
  /** A one-time link is being redeemed: there is nothing to type. */
  readonly byLink: boolean;
  readonly reason?: SignInReason | undefined;
  /** Such as `bad_credentials`, `link_used`, `too_many_attempts` (with retryAfter), `offline`. */
  readonly trouble?: Trouble | undefined;
}

export interface SignInModel {
  readonly state: Observable<SignInState>;
  /** For clients, who have no password; undefined: none sign in here. */
  readonly client?: ClientSignInModel | undefined;
  submit(username: string, password: string): Promise<void>;
}
