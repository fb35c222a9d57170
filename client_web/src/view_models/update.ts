/** A newer version of this page: when it may take over. */
import type { Signal } from "../session/signal";
import type { Observable } from "./observable";

/** What keeps the page's files on the device. */
export interface Shell {
  /** A newer version is there, and is what the next opening shows. */
  readonly newer: Observable<boolean>;
  /** A notification was pressed: the conversation it tells of. */
  readonly pressed: Pick<Signal<string>, "subscribe">;
  /** Asks the server whether there is one. */
  look(): void;
  /** Loads the page anew. */
  reload(): void;
}

export interface UpdateModel {
  /** There is one, and nothing would be lost by taking it now. */
  readonly ready: Observable<boolean>;
  /** Keeps what is begun, then loads the page anew; nothing, if something would be lost after all. */
  take(): Promise<void>;
}
