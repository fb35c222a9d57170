/** The screen of a locked app. */
import type { CodeEntryModel } from "./code_entry";
import type { Observable } from "./observable";
import type { Trouble } from "./people";

export interface LockedState {
  readonly busy: boolean;
  /** Whether this person can unlock by a passkey here; undefined: that is being asked. */
  readonly passkeys: boolean | undefined;
  /** A client's code that was sent; undefined: none yet. */
  readonly code?: CodeEntryModel | undefined;
  readonly trouble?: Trouble | undefined;
}

export interface LockedModel {
  /** The language the person chose on the server, if any. */
  readonly locale?: string | undefined;
  /** Clients have a code sent, the others type their password. */
  readonly isClient: boolean;
  readonly state: Observable<LockedState>;
  byPasskey(): Promise<void>;
  byPassword(password: string): Promise<void>;
  sendCode(): Promise<void>;
  signOut(): Promise<void>;
}
