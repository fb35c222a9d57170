/** Choosing people for a new conversation. */
import type { Observable } from "./observable";
import type { PersonView, Trouble } from "./people";

export interface NewConversationState {
  readonly query: string;
  /** Who matches the query and is not chosen, by name. */
  readonly candidates: readonly PersonView[];
  readonly chosen: readonly PersonView[];
  /** One chosen person is a direct conversation, more are a group. */
  readonly kind: "direct" | "group";
  readonly title: string;
  /** Firms or names of those chosen from outside. */
  readonly outsideNames: readonly string[];
  readonly busy: boolean;
  readonly canCreate: boolean;
  readonly trouble?: Trouble | undefined;
}

export interface NewConversationModel {
  readonly state: Observable<NewConversationState>;
  search(query: string): void;
  choose(person: string): void;
  drop(person: string): void;
  setTitle(title: string): void;
  /** Creates it (or finds the direct one that exists) and opens it. Resolves true when open. */
  create(): Promise<boolean>;
}
