/** The screen before anybody is signed in. */
import type { ClientSignInModel } from "./client_sign_in";
import type { FirmView } from "./firm_sign";
import type { Observable } from "./observable";
import type { Trouble } from "./people";

/** Why the person is here, if it was not their first visit. */
export type SignInReason =
  | "signed_out"
  | "session_ended"
  | "device_revoked"
  | "deactivated"
  | "client_reset"
  | "left";

export interface SignInState {
  readonly busy: boolean;
  /** They came by a one-time link: there is nothing to type. */
  readonly byLink: boolean;
  /** Whose link it is; it is used at a press. */
  readonly whose?: string | undefined;
  readonly reason?: SignInReason | undefined;
  /** Such as `bad_credentials`, `link_used`, `too_many_attempts` (with retryAfter), `offline`. */
  readonly trouble?: Trouble | undefined;
  readonly used?: UsedLinkView | undefined;
}

/** Where a one-time link was used before; `reported`: that it was somebody else. */
export interface UsedLinkView {
  readonly at: string;
  readonly device: string;
  readonly address: string;
  readonly reported: boolean;
}

export interface SignInModel {
  readonly state: Observable<SignInState>;
  /** Undefined: the product stands for itself. */
  readonly firm?: FirmView | undefined;
  /** For clients, who have no password; undefined: none sign in here. */
  readonly client?: ClientSignInModel | undefined;
  /** Says that somebody else used the link; administrators and compliance see that. */
  report?(): Promise<void>;
  /** Signs in with the link whose person is shown. */
  goOn?(): Promise<void>;
  submit(username: string, password: string): Promise<void>;
}

/** Ends that are told as what they are. */
const TOLD: readonly SignInReason[] = [
  "signed_out",
  "device_revoked",
  "deactivated",
  "client_reset",
  "left",
];

/** Why a session has ended, by the server's code. */
export function reasonOf(code: string): SignInReason {
  return TOLD.find((reason) => reason === code) ?? "session_ended";
}
