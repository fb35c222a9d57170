/** Somebody, as every screen shows them. */
import type { AssuranceView } from "./assurance";
import type { Position } from "./position";

/** `quiet`: do not disturb. */
export interface PersonStatus {
  readonly text?: string | undefined;
  readonly quiet?: boolean | undefined;
  /** RFC 3339; absent: it holds until it is changed. */
  readonly until?: string | undefined;
}

export interface PersonView extends Position {
  readonly id: string;
  readonly name: string;
  readonly me: boolean;
  /** Not of this firm: marked amber wherever it appears. */
  readonly outside: boolean;
  /** The firm they belong to. */
  readonly org: string;
  readonly kind: "employee" | "client" | "bot" | "system";
  /** The address of their picture. */
  readonly picture?: string | undefined;
  readonly online: boolean | "away";
  /** What they say of themself now. */
  readonly status?: PersonStatus | undefined;
  /** They are out of office now, until then. */
  readonly awayUntil?: string | undefined;
  /** False once the account has ended. */
  readonly active: boolean;
  /** Of a client, for the firm's people: how sure the firm is of them. */
  readonly assurance?: AssuranceView | undefined;
}

/** A refusal or failure to show beside what caused it. `code` is stable: views turn it into words. */
export interface Trouble {
  /** A code of the protocol, or `offline`, `timeout`, `server_error`. */
  readonly code: string;
  /** The server's English sentence, for codes that no catalogue knows. */
  readonly detail?: string | undefined;
  /** Seconds. */
  readonly retryAfter?: number | undefined;
  /** The part of a search that is not understood. */
  readonly part?: string | undefined;
  /** Of a command that may be on the record after all: it can be sent again, not discarded. */
  readonly unsure?: true | undefined;
  /** Of one of a message's files; `spare`: something is left to send without it. */
  readonly file?:
    | { readonly id: string; readonly name: string; readonly spare: boolean }
    | undefined;
}
