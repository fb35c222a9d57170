/** The tokens by which scripts and bots act as this person. */
import type { Observable } from "./observable";
import type { Trouble } from "./people";

export interface TokenView {
  readonly id: string;
  readonly name: string;
  readonly madeAt: string;
  /** Absent: not used yet. */
  readonly usedAt?: string | undefined;
  /** Absent: it works until it is revoked. */
  readonly until?: string | undefined;
  /** The name of the bot of theirs that it acts as. */
  readonly bot?: string | undefined;
  /** It is being revoked. */
  readonly busy: boolean;
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
  /** `days` empty: until it is revoked; `bot` empty: it acts as oneself. True: it is made. */
  make(name: string, days: number | undefined, bot: string | undefined): Promise<boolean>;
  /** What is connected with it is cut off at once. */
  revoke(id: string): Promise<void>;
}
