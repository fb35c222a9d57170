/** The switcher over this person's conversations and the people they may write to. */

import type { Cancel } from "../session/ports";
import type { Named } from "./conversation_list";
import { Observed } from "./observable";
import type { SwitcherModel, SwitcherOffer, SwitcherState } from "./switcher";

/** More than that nobody reads through. */
const OFFERS_MOST = 30;

export interface SwitcherOptions {
  /** What a name finds, the best first; without one the conversations, the newest first. */
  readonly find: (query: string) => readonly Named[];
  /** Calls back when what is found may be another. */
  readonly follow: (listener: () => void) => Cancel;
  readonly open: (conversation: string) => void;
  readonly openDirect: (person: string) => void;
  readonly searchMessages: (query: string) => void;
}

export class SessionSwitcher implements SwitcherModel {
  readonly state: Observed<SwitcherState>;
  private readonly options: SwitcherOptions;
  private readonly stop: Cancel;

  constructor(options: SwitcherOptions) {
    this.options = options;
    this.state = new Observed({ query: "", offers: this.offers(""), active: 0 });
    this.stop = options.follow(() => this.follow());
  }

  search(query: string): void {
    this.state.set({ query, offers: this.offers(query), active: 0 });
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

  close(): void {
    this.stop();
  }

  /** What comes meanwhile does not move what Enter takes, unless that was only the search. */
  private follow(): void {
    const { query, offers: before, active } = this.state.get();
    const kept = before[active];
    const offers = this.offers(query);
    const at = offers.findIndex((offer) => kept !== undefined && isSame(offer, kept));
    this.state.set({ query, offers, active: Math.max(0, at) });
  }

  private offers(typed: string): SwitcherOffer[] {
    const query = typed.trim();
    const named = this.options.find(query);
    const messages = query === "" ? [] : [{ kind: "messages", query } as const];
    return [...named.slice(0, OFFERS_MOST), ...messages];
  }
}

/** Never so for the search: what is found by name goes before it. */
function isSame(one: SwitcherOffer, other: SwitcherOffer): boolean {
  if (one.kind === "conversation" && other.kind === "conversation")
    return one.item.id === other.item.id;
  return one.kind === "person" && other.kind === "person" && one.person.id === other.person.id;
}
