/** The people of the firm, and what one sees of each. */
import type { DayLines } from "./hours";
import type { Observable } from "./observable";
import type { PersonView, Trouble } from "./people";

export interface DirectoryState {
  readonly query: string;
  /** The firm's people whose name, title or branch fit, by name. */
  readonly people: readonly PersonView[];
}

export interface DirectoryModel {
  readonly state: Observable<DirectoryState>;
  search(query: string): void;
  close(): void;
}

/** When somebody is there. */
export interface PersonHours {
  readonly there: boolean;
  /** IANA */
  readonly zone?: string | undefined;
  readonly lines?: DayLines | undefined;
  /** RFC 3339; out of office until then. */
  readonly awayUntil?: string | undefined;
}

export interface ProfileState {
  readonly person: PersonView;
  readonly loading: boolean;
  readonly hours?: PersonHours | undefined;
  readonly trouble?: Trouble | undefined;
  readonly mayWrite: boolean;
}

export interface ProfileModel {
  readonly state: Observable<ProfileState>;
  refresh(): void;
  close(): void;
}
