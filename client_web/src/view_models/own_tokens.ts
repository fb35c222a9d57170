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
  /** It is being revoked. */
  readonly busy: boolean;
}

export interface OwnTokensState {
  readonly tokens: readonly TokenView[];
  /** False: it is not known yet which there are. */
  readonly known: boolean;
  readonly trouble?: Trouble | undefined;
}

export interface OwnTokensModel {
  readonly state: Observable<OwnTokensState>;
  /** Asks once more which there are. */
  refresh(): Promise<void>;
  /** What is connected with it is cut off at once. */
  revoke(id: string): Promise<void>;
}
