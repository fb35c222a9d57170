/** The switcher over this person's conversations and the people they may write to. */

import type { ConversationItem } from "./conversation_list";
import { Observed } from "./observable";
import type { PersonView } from "./people";
import type { SwitcherModel, SwitcherOffer, SwitcherState } from "./switcher";

/** More than that nobody reads through. */
const OFFERS_MOST = 30;

export interface SwitcherOptions {
  /** What a name finds, the best first; without one the conversations, the newest first. */
  readonly find: (query: string) => {
    readonly items: readonly ConversationItem[];
    readonly people: readonly PersonView[];
  };
  readonly open: (conversation: string) => void;
  readonly openDirect: (person: string) => void;
  readonly searchMessages: (query: string) => void;
}

export class SessionSwitcher implements SwitcherModel {
  readonly state: Observed<SwitcherState>;
  private readonly options: SwitcherOptions;

  constructor(options: SwitcherOptions) {
    this.options = options;
    this.state = new Observed(this.found(""));
  }

  search(query: string): void {
    this.state.set(this.found(query));
  }

  move(by: 1 | -1): void {
    const state = this.state.get();
    const { length } = state.offers;
    if (length > 0) this.state.set({ ...state, active: (state.active + by + length) % length });
  }

  take(at?: number): SwitcherOffer | undefined {
    const { offers, active } = this.state.get();
    const offer = offers[at ?? active];
    if (offer?.kind === "conversation") this.options.open(offer.item.id);
    if (offer?.kind === "person") this.options.openDirect(offer.person.id);
    if (offer?.kind === "messages") this.options.searchMessages(offer.query);
    return offer;
  }

  private found(typed: string): SwitcherState {
    const query = typed.trim();
    const { items, people } = this.options.find(query);
    const offers: SwitcherOffer[] = [
      ...items.map((item) => ({ kind: "conversation", item }) as const),
      ...people.map((person) => ({ kind: "person", person }) as const),
    ];
    const named = offers.slice(0, OFFERS_MOST);
    const messages = query === "" ? [] : [{ kind: "messages", query } as const];
    return { query: typed, offers: [...named, ...messages], active: 0 };
  }
}
