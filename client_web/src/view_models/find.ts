/** Search within the open conversation: what is found, and which of it is shown in its place. */
import type { HitView } from "./conversation_list";
import type { Observable } from "./observable";
import type { Trouble } from "./people";

export interface FindState {
  readonly query: string;
  /** The newest first. */
  readonly hits: readonly HitView[];
  /** Which of them is shown in its place. */
  readonly at?: number | undefined;
  readonly searching: boolean;
  /** There are older ones that were not looked for, or not counted. */
  readonly more: boolean;
  /** The search stopped before it had read everything. */
  readonly cut: boolean;
  readonly trouble?: Trouble | undefined;
}

export interface FindModel {
  readonly state: Observable<FindState>;
  /** Asks when the person pauses. */
  search(query: string): void;
  /** Shows a found message in its place. */
  show(eventId: string): void;
  /** To the next older one (1) or newer one (-1), round at the ends; the first time to the newest. While it searches, as soon as it has. */
  step(by: 1 | -1): void;
  /** Ends the search; nothing is marked any more. */
  close(): void;
}
