/** Whether texts suggest going on where nothing is recorded; the rules are fetched when first needed. */
import { Fetched } from "./fetched";

/** Returns the kinds of signs in a text; none: empty. */
export type FindSigns = (text: string) => readonly string[];

export class Signs extends Fetched<FindSigns> {
  get known(): boolean {
    return this.value !== undefined;
  }

  /** False as long as the rules are not known: a hint that cannot be given is not missed. */
  readonly in = (text: string): boolean => (this.value?.(text).length ?? 0) > 0;
}
