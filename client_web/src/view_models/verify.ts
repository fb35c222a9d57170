/** A client shows with a code that it is still them, before anything else. */
import type { CodeEntryModel } from "./code_entry";
import type { Observable } from "./observable";
import type { Trouble } from "./people";

export interface VerifyState {
  readonly busy: boolean;
  /** Undefined: none was sent yet. */
  readonly code?: CodeEntryModel | undefined;
  readonly trouble?: Trouble | undefined;
}

export interface VerifyModel {
  readonly firm: string;
  /** The language the person chose on the server, if any. */
  readonly locale?: string | undefined;
  readonly state: Observable<VerifyState>;
  send(): Promise<void>;
  signOut(): Promise<void>;
}
