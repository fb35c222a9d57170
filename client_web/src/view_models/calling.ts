/** Names that are offered while somebody types an @. */
import type { PersonView } from "./people";

export interface CallingState {
  /** Who is meant; undefined: everybody. */
  readonly offers: readonly (PersonView | undefined)[];
  /** Which of them Enter takes. */
  readonly active: number;
  /** How many members everybody is. */
  readonly members: number;
}

export interface CallingModel {
  /** The caret stands here now, in this text. */
  caret(text: string, at: number): void;
  /** The next, or the one before. */
  move(by: 1 | -1): void;
  /** Takes the offer at a place, or the active one: the text with it, and where the caret goes. */
  take(
    everybody: string,
    at?: number,
  ): { readonly text: string; readonly caret: number } | undefined;
  /** Whether what is offered is for this text and caret: an input may replace a word as a whole. */
  stands(text: string, at: number): boolean;
  close(): void;
}
