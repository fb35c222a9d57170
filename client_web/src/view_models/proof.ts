/** A code before something that asks for a fresh proof of who one is. */
import type { CodeEntryModel } from "./code_entry";
import type { Observable } from "./observable";
import type { Trouble } from "./people";

export interface ProofState {
  /** Absent: it is being sent, or could not be. */
  readonly code?: CodeEntryModel | undefined;
  readonly trouble?: Trouble | undefined;
}

export interface ProofModel {
  readonly state: Observable<ProofState>;
  /** Has a code sent once more, after one could not be. */
  again(): void;
  close(): void;
}
