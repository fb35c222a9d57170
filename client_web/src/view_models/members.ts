/** Who is in a conversation, and what may be changed. */
import type { Observable } from "./observable";
import type { PersonView, Trouble } from "./people";
import type { RelationshipActions, RelationshipView } from "./relationship";

export interface MemberView {
  readonly person: PersonView;
  readonly joinedAt: string;
  /** A change of this member is on its way. */
  readonly busy: boolean;
}

export interface MembersState {
  readonly kind: "direct" | "group";
  readonly title?: string | undefined;
  readonly members: readonly MemberView[];
  /** Whether this person may add, remove, share and rename here. */
  readonly canChange: boolean;
  readonly canLeave: boolean;
  readonly query: string;
  /** Who could be added and matches the query. */
  readonly candidates: readonly PersonView[];
  /** Of a conversation with a client: who answers. */
  readonly relationship?: RelationshipView | undefined;
  /** The last change was refused. */
  readonly trouble?: Trouble | undefined;
}

export interface MembersModel extends RelationshipActions {
  readonly state: Observable<MembersState>;
  search(query: string): void;
  /** `since` (RFC 3339): they also read what was said from then on; absent: from now on. */
  add(person: string, since?: string): void;
  share(person: string, since: string): void;
  remove(person: string): void;
  leave(): void;
  rename(title: string): void;
}
