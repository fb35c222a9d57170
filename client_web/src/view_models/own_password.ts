/** Choosing one's own password: at first use, and whenever one wants another. */
import type { Observable } from "./observable";
import type { Trouble } from "./people";

export interface OwnPasswordState {
  /** Whether the current one is asked for; undefined: not known yet. */
  readonly current: boolean | undefined;
  readonly busy: boolean;
  readonly done: boolean;
  readonly trouble?: Trouble | undefined;
}

export interface OwnPasswordModel {
  readonly state: Observable<OwnPasswordState>;
  /** True: it is chosen, and every other device was signed out. */
  choose(password: string, current: string | undefined): Promise<boolean>;
}

/** The screen of somebody who has none yet. */
export interface FirstPasswordModel extends OwnPasswordModel {
  /** The language the person chose on the server, if any. */
  readonly locale?: string | undefined;
  signOut(): Promise<void>;
}
