/** A search of a case: its query, its hits, and the one that is looked at. */
import type * as wire from "../../wire/types.gen";
import { Observed } from "../observable";
import type { Trouble } from "../people";
import type { Desk } from "./desk";
import type { OwnReason } from "./own_reason";
import { EMPTY_QUERY, type QueryFields } from "./place";

export interface SearchState {
  readonly fields: QueryFields;
  readonly busy: boolean;
  /** What the hits answer; the fields may have changed since. */
  readonly asked?: QueryFields | undefined;
  readonly result?: wire.SearchResult | undefined;
  readonly hits: readonly wire.FoundMessage[];
  readonly more: boolean;
  readonly loadingMore: boolean;
  readonly chosen?: wire.FoundMessage | undefined;
  readonly trouble?: Trouble | undefined;
}

/** So many people fit into one search. */
export const MOST_PEOPLE = 20;

const NOTHING = { hits: [], more: false, loadingMore: false, busy: false };

export class Search {
  readonly state: Observed<SearchState>;
  private readonly desk: Desk;
  private readonly caseId: string;
  private readonly reasons: OwnReason;
  private readonly executed: () => void;

  constructor(
    desk: Desk,
    caseId: string,
    reasons: OwnReason,
    fields: QueryFields,
    executed: () => void,
  ) {
    this.desk = desk;
    this.caseId = caseId;
    this.reasons = reasons;
    this.executed = executed;
    this.state = new Observed<SearchState>({ ...NOTHING, fields });
  }

  readonly fill = (fields: Partial<QueryFields>): void => {
    const state = this.state.get();
    this.state.set({ ...state, fields: { ...state.fields, ...fields } });
  };

  readonly clear = (): void => this.fill(EMPTY_QUERY);

  readonly addPerson = (person: string): void => {
    const { people } = this.state.get().fields;
    if (people.includes(person) || people.length >= MOST_PEOPLE) return;
    this.fill({ people: [...people, person] });
  };

  readonly dropPerson = (person: string): void => {
    const { people } = this.state.get().fields;
    this.fill({ people: people.filter((each) => each !== person) });
  };

  /** Executes it. It is on the record before anything of its answer is here. */
  readonly run = async (): Promise<void> => {
    const { fields, busy } = this.state.get();
    if (busy) return;
    this.state.set({ ...NOTHING, fields, busy: true });
    const trouble = await this.reasons.seek(fields.conversation, "search", (own) =>
      this.desk.attempt(async () => {
        const query = { ...queryBody(fields), ...own };
        const result = await this.desk.api.searchCase(this.caseId, query);
        const { hits, more } = result;
        this.change({ asked: fields, result, hits, more, chosen: hits[0] });
      }),
    );
    this.change({ busy: false, trouble });
    this.executed();
  };

  /** Further hits of the same search; this is no new look. */
  readonly loadMore = async (): Promise<void> => {
    const { result, hits, loadingMore, more } = this.state.get();
    if (result === undefined || loadingMore || !more) return;
    this.change({ loadingMore: true });
    const trouble = await this.desk.attempt(async () => {
      const page = await this.desk.api.hits(this.caseId, result.number, hits.length);
      this.change({ hits: [...hits, ...page.hits], more: page.more });
    });
    this.change({ loadingMore: false, trouble });
  };

  readonly choose = (hit: wire.FoundMessage): void => this.change({ chosen: hit });

  /** Shows the hit that the address names, if it is among those that are here. */
  readonly chooseAt = (conversation: string, at: number | undefined): void => {
    const { hits, chosen } = this.state.get();
    const there = hits.find((hit) => hit.conversation === conversation && hit.conv_seq === at);
    this.change({ chosen: there ?? chosen });
  };

  private change(part: Partial<SearchState>): void {
    this.state.set({ ...this.state.get(), ...part });
  }
}

/** What is sent: only what was filled in. */
export function queryBody(fields: QueryFields): wire.Query {
  const { words, people, personAs, conversation, fromDay, toDay, reason } = fields;
  return {
    ...(words.trim() === "" ? {} : { words: words.trim() }),
    ...(people.length === 0 ? {} : { people: [...people], person_as: personAs }),
    ...(conversation === "" ? {} : { conversation }),
    ...(fromDay === "" ? {} : { from_day: fromDay }),
    ...(toDay === "" ? {} : { to_day: toDay }),
    ...(reason.trim() === "" ? {} : { reason: reason.trim() }),
  };
}
