/** Who is in a conversation, and what may be changed. */
import type { Upload } from "../session/ports";
import type { Observable } from "./observable";
import type { PersonView, Trouble } from "./people";
import type { RelationshipActions, RelationshipView } from "./relationship";

export interface MemberView {
  readonly person: PersonView;
  readonly joinedAt: string;
  /** They lead the group. */
  readonly admin?: boolean | undefined;
  /** A change of this member is on its way. */
  readonly busy: boolean;
}

export interface LinkView {
  readonly by: PersonView;
  readonly until: string;
  readonly over: boolean;
  readonly uses: number;
}

export interface MembersState {
  readonly kind: "direct" | "group";
  readonly title?: string | undefined;
  readonly members: readonly MemberView[];
  /** The client has ended the relationship; they are listed still. */
  readonly ended?: boolean | undefined;
  /** What the group is for. */
  readonly description?: string | undefined;
  /** Only admins write here. */
  readonly adminsOnly?: boolean | undefined;
  /** The link to join by, while there is one. */
  readonly link?: LinkView | undefined;
  /** The secret of a link that was made just now: it is shown once. */
  readonly newLink?: string | undefined;
  /** The address of the group's picture. */
  readonly picture?: string | undefined;
  /** A picture is on its way. */
  readonly drawing?: boolean | undefined;
  readonly id?: string | undefined;
  /** This person must name another admin before leaving. */
  readonly lastAdmin?: boolean | undefined;
  /** Whether this person leads the group: adds, removes, shares, names, decides. */
  readonly canChange: boolean;
  readonly canLeave: boolean;
  readonly query: string;
  /** Who could be added and matches the query. */
  readonly candidates: readonly PersonView[];
  /** Of a conversation with a client: who answers. */
  readonly relationship?: RelationshipView | undefined;
  /** What was written for a change that was refused: it goes on in its form. */
  readonly unsaved?: { readonly field: "title" | "description"; readonly text: string } | undefined;
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
  /** Lets go of what could not be saved. */
  forgetUnsaved(): void;
  /** An empty text takes the description away. */
  describe(text: string): void;
  setAdmin(person: string, on: boolean): void;
  setAdminsOnly(on: boolean): void;
  /** Makes somebody an admin, then leaves. */
  leaveTo(person: string): void;
  /** Makes a link by which the firm's people join for so many days; an older one ends. */
  makeLink(days: number): Promise<void>;
  endLink(): void;
  setPicture(file: Upload): Promise<void>;
  removePicture(): Promise<void>;
}

/** Whether somebody could be made an admin. */
export function couldLead({ kind, active }: PersonView): boolean {
  return kind !== "client" && active;
}
