/** Whether a client is told by mail or SMS that something waits to be read. */
import type { Observable } from "./observable";
import type { Trouble } from "./people";

export interface LettersState {
  /** Undefined: not known yet, or it could not be asked. */
  readonly wanted?: boolean | undefined;
  /** Where letters go, shortened; undefined: no address is known. */
  readonly to?: { readonly way: "mail" | "sms"; readonly address: string } | undefined;
  /** The choice is on its way. */
  readonly busy: boolean;
  readonly trouble?: Trouble | undefined;
}

export interface LettersModel {
  readonly state: Observable<LettersState>;
  /** Asks the server anew. */
  refresh(): void;
  /** A toast says that it was done, with a way back. Does nothing while a choice is on its way. */
  choose(wanted: boolean): Promise<void>;
}
