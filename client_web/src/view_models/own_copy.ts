/** A client's own copy of everything said in their conversations. */
import type { Observable } from "./observable";
import type { Trouble } from "./people";

export interface OwnCopyState {
  /** What the server says is not known yet. */
  readonly loading: boolean;
  /** It is being asked for. */
  readonly busy: boolean;
  /** Undefined: none was asked for, or it was removed meanwhile. */
  readonly copy?: OwnCopyView | undefined;
  readonly trouble?: Trouble | undefined;
}

export interface OwnCopyView {
  readonly state: "making" | "ready" | "failed";
  /** How many records of how many are in it. */
  readonly done: number;
  readonly total: number;
  /** Bytes, once ready. */
  readonly size?: number | undefined;
  /** Until when it can be downloaded, once ready. */
  readonly until?: string | undefined;
}

export interface OwnCopyModel {
  readonly state: Observable<OwnCopyState>;
  /** Where the file is, once ready. */
  readonly address: string;
  /** Asks how far it is, and again while it is being made, until the returned function is called. */
  watch(): () => void;
  /** Asks for one in a language. Does nothing while one is being made. */
  make(language: "en" | "pl"): void;
}
