/** One person's page becomes another's: asked before, and said in every tab that it concerns. */

/** Somebody, by their name. */
export interface Somebody {
  readonly id: string;
  readonly name: string;
}

export interface SwitchModel {
  /** Whose page this was, and whose it is to be. */
  readonly here: string;
  readonly next: string;
  /** Goes on as the other one. */
  goOn(): void;
  /** Undefined: it was done in another tab, and there is nothing to stay with. */
  readonly stay?: (() => void) | undefined;
}
