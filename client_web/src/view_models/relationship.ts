/** Who answers for the client of a conversation, and what whoever does may decide. */
import type { PersonView } from "./people";

export interface DelegateView {
  readonly person: PersonView;
  readonly starts: string;
  readonly ends: string;
  /** False: not yet. */
  readonly active: boolean;
  /** It is being ended. */
  readonly busy: boolean;
}

export interface RelationshipView {
  readonly owner: PersonView;
  readonly delegates: readonly DelegateView[];
  /** The viewer is the client. */
  readonly mine: boolean;
  /** Whether this person may hand over and name delegates: whoever answers. */
  readonly canChange: boolean;
  /** Somebody is on the way in. */
  readonly busy: boolean;
  readonly query: string;
  /** Employees and advisors who are not in it yet and match the query. */
  readonly candidates: readonly PersonView[];
  /** Who may take over: those, and who stands in. */
  readonly successors: readonly PersonView[];
  /** Groups with this client go along: one leaves them, unless another client of one's own is there. */
  readonly groups: boolean;
}

/** What somebody who comes in gets to read; a day is YYYY-MM-DD. */
export type HistoryWish =
  | { readonly kind: "all" | "new" }
  | { readonly kind: "since"; readonly day: string };

/** Whole days here: from the beginning of the first (absent: at once) to the end of the last. */
export interface Period {
  readonly from?: string | undefined;
  readonly until: string;
}

export interface RelationshipActions {
  searchAdvisors(query: string): void;
  handOver(person: string, history: HistoryWish): void;
  delegate(person: string, history: HistoryWish, period: Period): void;
  endDelegation(person: string): void;
}
