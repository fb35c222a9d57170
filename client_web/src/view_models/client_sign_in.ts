/** A client's way back in: a code to their own mail or phone instead of a password. */
import type { CodeEntryModel } from "./code_entry";
import type { Observable } from "./observable";
import type { Trouble } from "./people";

/** closed: the page asks for name and password. */
export type ClientSignInState =
  | { readonly step: "closed" }
  | {
      readonly step: "address";
      readonly busy: boolean;
      /** What was typed before, when one comes back to correct it. */
      readonly address: string;
      readonly trouble?: Trouble | undefined;
      /** The device asks the person for their passkey. */
      readonly byPasskey?: boolean | undefined;
    }
  | { readonly step: "code"; readonly code: CodeEntryModel };

export interface ClientSignInModel {
  readonly state: Observable<ClientSignInState>;
  /** Whether this device can use passkeys. */
  readonly passkeys: boolean;
  open(): void;
  /** Signs in with a passkey. */
  byPasskey(): Promise<void>;
  close(): void;
  /** Asks for a code; the answer is the same whether anybody has this address or not. */
  send(address: string): Promise<void>;
  /** Back to the address. */
  correct(): void;
}
