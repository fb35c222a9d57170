/** What every view model of a signed-in person shares. */
import type { Refused, Unreachable } from "../session/failures";
import type { OutboxEntry } from "../session/outbox_entry";
import type { Cancel } from "../session/ports";
import type { Session } from "../session/session";
import type { Soon } from "./derived";
import type { Fetched } from "./fetched";
import type { Trouble } from "./people";
import type { PeopleBook } from "./people_book";
import type { Signs } from "./signs";
import type { TimelineRows } from "./timeline_rows";
import type { Toasts } from "./toasts_model";
import type { Tray } from "./tray";
import type { RecordVoice } from "./voice";

/** Whether somebody looks at the page: it is visible and has the focus. */
export interface Attention {
  here(): boolean;
  subscribe(listener: () => void): Cancel;
}

export interface Context {
  readonly session: Session;
  readonly book: PeopleBook;
  readonly toasts: Toasts;
  readonly attention: Attention;
  readonly signs: Signs;
  readonly orders: Signs;
  /** What makes the rows of a log: it comes with the log. */
  readonly rows: Fetched<typeof TimelineRows>;
  readonly soon: Soon;
  /** Files chosen for a message that is not sent yet, by conversation; kept while the page is open. */
  readonly trays: Map<string, Tray>;
  /** Whether this person can take a message back for some seconds before it is sent. */
  readonly undoSend: () => boolean;
  /** Fetches what records voice notes. */
  readonly loadVoice: () => Promise<RecordVoice>;
}

export function troubleOf(failure: Refused | Unreachable): Trouble {
  if (failure.name === "Unreachable") return { code: failure.code };
  const { code, message: detail, retryAfter, about } = failure;
  return { code, detail, retryAfter, ...(about.part === undefined ? {} : { part: about.part }) };
}

/** Why a kept command waits; undefined: it was not refused. */
export function refusalOf(entry: OutboxEntry): Trouble | undefined {
  const { refusal } = entry;
  if (refusal === undefined) return undefined;
  const { detail, unsure, file } = refusal;
  const { command, files = [] } = entry;
  const answer = command.t === "send" && command.reply_to !== undefined;
  const code = answer && refusal.code === "message_removed" ? "quote_removed" : refusal.code;
  const spare = files.length > 1 || (command.t === "send" && command.text !== "");
  const which = file === undefined ? {} : { file: { ...file, spare } };
  return { code, detail, ...(unsure ? { unsure } : {}), ...which };
}

/** Something that this device or this tab keeps, whoever is signed in. */
export interface Kept<T> {
  get(): T;
  set(value: T): void;
}
