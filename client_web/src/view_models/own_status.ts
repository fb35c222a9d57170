/** What this person says of themself to colleagues. */
import type { Observable } from "./observable";
import type { PersonStatus, Trouble } from "./people";

/** More the server does not take. */
export const LONGEST_STATUS = 80;

export interface OwnStatusState {
  readonly busy: boolean;
  readonly done?: "set" | "removed" | undefined;
  readonly trouble?: Trouble | undefined;
}

export interface OwnStatusModel {
  readonly state: Observable<OwnStatusState>;
  /** `until`: RFC 3339; absent: until it is changed. An empty one takes it away. */
  keep(status: PersonStatus): Promise<void>;
}
