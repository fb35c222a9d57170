/** Typing a one-time code that was sent to one's own mail or phone. */
import type { CodeSent } from "../wire/types.gen";
import type { Observable } from "./observable";
import type { Trouble } from "./people";

export interface CodeState {
  /** Where the code went, masked. */
  readonly address: string;
  readonly way: "mail" | "sms";
  readonly digits: number;
  /** How long a code works. */
  readonly minutes: number;
  /** What is typed so far; digits only. */
  readonly text: string;
  readonly busy: boolean;
  /** How many codes were sent from here. */
  readonly sent: number;
  /** Seconds until another code can be asked for; 0: now. */
  readonly againIn: number;
  /** Such as `bad_code`, `too_many_codes`, `offline`. */
  readonly trouble?: Trouble | undefined;
}

export interface CodeEntryModel {
  readonly state: Observable<CodeState>;
  /** Takes what is in the field, pasted or typed; hands the code in with its last digit. */
  type(text: string): void;
  /** Hands in what is typed, once more if it did not come through. */
  submit(): Promise<void>;
  /** Asks for another code; the one before works no more. */
  again(): Promise<void>;
}

/** A code that was asked for, and what it takes to type it in after the page was lost meanwhile. */
export interface AwaitedCode {
  /** sign_in: of who comes back in; proof: of who is in, and shows that it is still them. */
  readonly use: "sign_in" | "proof";
  /** What it is handed in with: the address, as it was typed; who is in, by id. */
  readonly whose: string;
  readonly sent: CodeSent;
  /** Milliseconds since 1970, by this device. */
  readonly at: number;
}
