/** Finding a conversation by its title or its people, as one types. */
import type { Cancel, Clock } from "../../session/ports";
import type * as wire from "../../wire/types.gen";
import { Observed } from "../observable";
import type { Trouble } from "../people";
import { nameRank, ranked } from "../ranking";
import type { Choice, Desk } from "./desk";
import type { Wanted } from "./ports";

const PAUSE_MS = 250;
/** How many people that a query may mean are asked about. */
const MOST_PEOPLE = 3;
/** What fits under a field; who sees so many types on. */
export const MOST_SHOWN = 50;

export interface PickerState {
  readonly query: string;
  readonly found: readonly Choice[];
  /** The server is asked for those that the list does not reach to. */
  readonly busy: boolean;
  /** There are more than are found here: type on. */
  readonly more: boolean;
  readonly trouble?: Trouble | undefined;
}

/** Choices whose name has every word; the best of them, and whether there are more. */
export function picked(query: string, choices: readonly Choice[]) {
  const found = ranked(choices, (choice) => nameRank(query, choice));
  return { found: found.slice(0, MOST_SHOWN), more: found.length > MOST_SHOWN };
}

export class ConversationPicker {
  readonly state: Observed<PickerState>;
  private readonly desk: Desk;
  private readonly clock: Clock;
  private pause: Cancel | undefined;
  private serial = 0;

  constructor(desk: Desk, clock: Clock) {
    this.desk = desk;
    this.clock = clock;
    this.state = new Observed<PickerState>({ query: "", busy: false, found: [], more: false });
  }

  /** Shows at once what is known; where that is not all, what the server finds comes after. */
  readonly search = (query: string): void => {
    this.serial += 1;
    this.pause?.();
    const { conversations, more } = this.desk.names.get();
    const known = picked(query, conversations);
    const ask = more && query.trim() !== "";
    this.state.set({ query, ...known, more: known.more || more, busy: ask });
    if (!ask) return;
    const { serial } = this;
    this.pause = this.clock.after(PAUSE_MS, () => void this.ask(query.trim(), serial));
  };

  private async ask(query: string, serial: number): Promise<void> {
    const { people } = this.desk.names.get();
    const meant = ranked(people, (person) => nameRank(query, person)).slice(0, MOST_PEOPLE);
    const wishes: Wanted[] = [{ title: query }, ...meant.map(({ id }) => ({ person: id }))];
    const trouble = await this.desk.attempt(async () => {
      const pages = await Promise.all(wishes.map((wish) => this.desk.api.conversations(wish)));
      const found = this.desk.learn(together(pages));
      if (serial === this.serial)
        this.take(
          query,
          found,
          pages.some(({ more }) => more),
        );
    });
    if (serial !== this.serial) return;
    this.state.set({ ...this.state.get(), busy: false, trouble });
  }

  /** Also those that are known already: a name may be found in the middle of the list. */
  private take(query: string, found: readonly Choice[], more: boolean): void {
    const known = picked(query, this.desk.names.get().conversations);
    const ids = new Set(known.found.map(({ id }) => id));
    const all = [...known.found, ...found.filter(({ id }) => !ids.has(id))];
    const shown = all.slice(0, MOST_SHOWN);
    const cut = known.more || all.length > MOST_SHOWN;
    this.state.set({ ...this.state.get(), found: shown, more: more || cut });
  }
}

function together(pages: readonly wire.ConversationChoices[]): wire.ConversationChoices {
  const all = new Map(pages.flatMap((page) => page.conversations).map((one) => [one.id, one]));
  return { conversations: [...all.values()], more: false };
}
