/** One's own passkeys: clients sign in with them without a code, everybody unlocks the app. */
import { failureOf, NoPasskey } from "../session/failures";
import type { CodeEntryModel } from "./code_entry";
import { troubleOf } from "./context";
import type { Observable } from "./observable";
import type { Trouble } from "./people";

export interface PasskeyView {
  readonly id: string;
  readonly name: string;
  readonly createdAt: string;
  /** Absent: not used yet. */
  readonly usedAt?: string | undefined;
}

export interface PasskeysState {
  readonly loading: boolean;
  /** False: it is not known yet which there are. */
  readonly known: boolean;
  readonly passkeys: readonly PasskeyView[];
  readonly busy: boolean;
  /** A code is asked for first: the sign-in was too long ago. */
  readonly code?: CodeEntryModel | undefined;
  /** The same of the firm's people, who type their password. */
  readonly asksPassword: boolean;
  /** One was added just now. */
  readonly added: boolean;
  readonly trouble?: Trouble | undefined;
}

export interface PasskeysModel {
  readonly state: Observable<PasskeysState>;
  /** Whether this device can make any. */
  readonly available: boolean;
  /** Asks once more which there are. */
  refresh(): Promise<void>;
  /** `password`: where it is asked for. */
  add(password?: string): Promise<void>;
  remove(id: string): Promise<void>;
}

export function passkeyTrouble(error: unknown): Trouble {
  return error instanceof NoPasskey ? { code: error.code } : troubleOf(failureOf(error));
}
