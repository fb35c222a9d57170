/** How somebody comes in, and why they are asked to sign in. */
import type { Trouble } from "./people";
import type { SignInReason } from "./sign_in";

/** How somebody came in; `land`: they want the one conversation they have. */
export interface Arrival {
  readonly land?: boolean;
  readonly byCode?: boolean;
}

export interface SignInWhy {
  readonly reason?: SignInReason | undefined;
  readonly trouble?: Trouble;
  readonly asClient?: boolean;
}

/** Who comes without a session, or with one that nobody remembers, is told nothing of its end. */
export function toldAtFirst(code: string): string | undefined {
  return code === "no_session" ? undefined : code;
}
