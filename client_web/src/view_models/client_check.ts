/** What an advisor does to be sure of a client: gives their word, or has them come in anew. */
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
}

export interface ClientCheckModel {
  readonly state: Observable<ClientCheckState>;
  confirm(how: How): Promise<void>;
  /** Takes an advisor's word back. */
  withdraw(): Promise<void>;
  /** `address`: the client's new one; "": it is still theirs. Returns whether a link was made. */
  reset(address: string, way: InviteWay): Promise<boolean>;
  /** Puts the link away, and what was wrong. */
  done(): void;
}
