/** Messages of one conversation that are sent later. */
import type { DraftFile } from "../session/draft_files";
import type { ComposerState } from "./composer";
import type { Observable } from "./observable";
import type { Trouble } from "./people";

export interface ScheduledView {
  readonly id: string;
  readonly text: string;
  /** What they are called. */
  readonly files: readonly string[];
  /** RFC 3339 */
  readonly at: string;
  readonly state: "waiting" | "sending" | "refused";
  /** Why it was refused when its time came. */
  readonly trouble?: Trouble | undefined;
  /** RFC 3339; of one that was refused: how long it stays. */
  readonly keptUntil?: string | undefined;
  readonly busy: boolean;
  /** Whom from outside the firm its files go to. */
  readonly to?: string | undefined;
}

/** What the composer would send. */
export interface Written {
  readonly text: string;
  readonly replyTo?: string | undefined;
  readonly files: readonly DraftFile[];
}

export interface ScheduledState {
  readonly items: readonly ScheduledView[];
  /** Why none of them will be sent: nothing can be written in the conversation any more. */
  readonly closed?: ComposerState["closed"];
}

/** Times are RFC 3339. Each resolves to what went wrong, if something did. */
export interface ScheduledModel {
  readonly state: Observable<ScheduledState>;
  /** Plans what the composer has; it is empty afterwards. */
  plan(at: string): Promise<Trouble | undefined>;
  change(id: string, text: string, at: string): Promise<Trouble | undefined>;
  sendNow(id: string): Promise<Trouble | undefined>;
  /** A toast offers the way back. */
  cancel(id: string): Promise<Trouble | undefined>;
  close(): void;
}
