/** Goes to a conversation or a person by a few letters of the name. */
import type { Named } from "./conversation_list";
import type { Observable } from "./observable";

/** Where it can go. */
export type SwitcherOffer =
  | Named
  /** What was typed is looked for in messages. */
  | { readonly kind: "messages"; readonly query: string };

export interface SwitcherState {
  readonly query: string;
  /** Without a query the newest conversations, else the best first. */
  readonly offers: readonly SwitcherOffer[];
  /** The place of the one that Enter takes. */
  readonly active: number;
}

export interface SwitcherModel {
  readonly state: Observable<SwitcherState>;
  search(query: string): void;
  move(by: 1 | -1): void;
  /** Goes to one, by its place or to the active one, and returns it. */
  take(at?: number): SwitcherOffer | undefined;
  close(): void;
}
