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
  /** Each of the chosen gets the text in a conversation of their own. */
  readonly apart: boolean;
  readonly text: string;
  /** It was said: to how many, and who could not be reached. */
  readonly sent?: { readonly count: number; readonly missed: readonly PersonView[] } | undefined;
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
  setApart(apart: boolean): void;
  setText(text: string): void;
  /**
   * Creates it (or finds the direct one that exists) and opens it. Resolves true when open.
   *
   * `apart`: says the text to each; `sent` tells of it.
   */
  create(): Promise<boolean>;
  /** Lets go of what was typed; without it the next one in this page goes on with the text. */
  discard(): void;
  close(): void;
}
