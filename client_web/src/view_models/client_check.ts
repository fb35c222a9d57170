/** What an advisor does to be sure of a client: gives their word, or has them come in anew. */
import type * as wire from "../wire/types.gen";
import type { AssuranceView } from "./assurance";
import type { InviteLink, InviteWay } from "./invites";
import type { Observable } from "./observable";
import type { PersonView, Trouble } from "./people";

export type How = NonNullable<AssuranceView["confirmed"]>["how"];

export interface ClientCheckState {
  readonly client: PersonView;
  readonly busy: boolean;
  readonly trouble?: Trouble | undefined;
  /** The link of a client who is to come in anew, until it is put away. */
  readonly link?: InviteLink | undefined;
  /** A reset of the client waits. */
  readonly waiting?: wire.WaitingReset | undefined;
}

export interface ClientCheckModel {
  readonly state: Observable<ClientCheckState>;
  confirm(how: How): Promise<void>;
  /** Takes an advisor's word back. */
  withdraw(): Promise<void>;
  /** `address`: the client's new one; "": it is still theirs. Returns whether it was asked for. */
  reset(address: string, way: InviteWay): Promise<boolean>;
  /** Looks whether a reset waits. */
  look(): Promise<void>;
  /** Withdraws the reset that waits. */
  withdrawReset(): Promise<void>;
  /** Puts the link away, and what was wrong. */
  done(): void;
}
