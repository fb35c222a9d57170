/** The tokens by which scripts and bots act as this person. */
import type { Observable } from "./observable";
import type { Trouble } from "./people";

export interface TokenView {
  readonly id: string;
  readonly name: string;
  readonly madeAt: string;
  /** Absent: not used yet. */
  readonly usedAt?: string | undefined;
  readonly until: string;
  /** The name of the bot of theirs that it acts as. */
  readonly bot?: string | undefined;
  /** It is being revoked. */
  readonly busy: boolean;
}

/** A token that is to be made; `bot` empty: it acts as oneself. */
export interface TokenWish {
  readonly name: string;
  readonly days: number;
  readonly bot?: string | undefined;
  /** One's own, typed anew. */
  readonly password: string;
}

export interface OwnTokensState {
  readonly tokens: readonly TokenView[];
  /** Those that this person answers for. */
  readonly bots: readonly { readonly id: string; readonly name: string }[];
  /** Made just now; its secret is shown this once. */
  readonly made?: { readonly name: string; readonly secret: string } | undefined;
  readonly making: boolean;
  /** False: it is not known yet which there are. */
  readonly known: boolean;
  readonly trouble?: Trouble | undefined;
}

export interface OwnTokensModel {
  readonly state: Observable<OwnTokensState>;
  /** Asks once more which there are. */
  refresh(): Promise<void>;
  /** True: it is made. */
  make(wish: TokenWish): Promise<boolean>;
  /** What is connected with it is cut off at once. */
  revoke(id: string): Promise<void>;
}
