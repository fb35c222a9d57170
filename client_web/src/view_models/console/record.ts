/** The case's own stream: who looked, at what, why and when. */
import type * as wire from "../../wire/types.gen";
import { Observed } from "../observable";
import type { Trouble } from "../people";
import type { Desk } from "./desk";

export interface RecordState {
  readonly opened?: wire.Case | undefined;
  readonly looks: readonly wire.AccessRecord[];
  readonly more: boolean;
  readonly trouble?: Trouble | undefined;
}

export class CaseRecord {
  readonly state = new Observed<RecordState>({ looks: [], more: false });
  private readonly desk: Desk;
  private readonly caseId: string;

  constructor(desk: Desk, caseId: string) {
    this.desk = desk;
    this.caseId = caseId;
  }

  readonly refresh = async (): Promise<void> => {
    const trouble = await this.desk.attempt(async () => {
      const page = await this.desk.api.looks(this.caseId);
      this.state.set({ opened: page.case, looks: page.looks, more: page.more });
    });
    if (trouble !== undefined) this.state.set({ ...this.state.get(), trouble });
  };

  readonly loadMore = async (): Promise<void> => {
    const { looks } = this.state.get();
    const trouble = await this.desk.attempt(async () => {
      const page = await this.desk.api.looks(this.caseId, looks.at(-1)?.number);
      this.state.set({ opened: page.case, looks: [...looks, ...page.looks], more: page.more });
    });
    if (trouble !== undefined) this.state.set({ ...this.state.get(), trouble });
  };
}

const NAMED = [
  ...["words", "person", "conversation", "from_day", "to_day", "first", "last", "count"],
  ...["conv_seq", "name"],
];

/** What people and conversations are called. */
export interface Called {
  /** `people`: ids, a space between two. */
  namesIn(people: string): string;
  conversationName(conversation: string): string;
}

export interface Fact {
  readonly key: string;
  readonly value: string;
}

/** The facts of a look that a person wants to read, in a fixed order, ids as names. */
export function factsOf(look: wire.AccessRecord, desk: Called): readonly Fact[] {
  return NAMED.flatMap((key) => {
    const value = look.facts[key];
    if (value === undefined) return [];
    const text = String(value);
    if (key === "person") return [whoOf(text, look.facts.more_people, desk)];
    if (key === "conversation") return [{ key, value: desk.conversationName(text) }];
    return [{ key, value: text }];
  });
}

/** Whom a look was about: a search's record has the first of several apart. */
function whoOf(first: string, more: unknown, desk: Called): Fact {
  if (more === undefined) return { key: "person", value: desk.namesIn(first) };
  return { key: "people", value: desk.namesIn(`${first} ${more}`) };
}
