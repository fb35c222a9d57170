/** The messages that one starred, the newest star first. */
import type { HitView } from "./conversation_list";
import type { Observable } from "./observable";
import type { Trouble } from "./people";

export interface StarredState {
  readonly loading: boolean;
  readonly hits: readonly HitView[];
  /** There are older ones. */
  readonly more: boolean;
  readonly trouble?: Trouble | undefined;
}

export interface StarredModel {
  readonly state: Observable<StarredState>;
  /** Also once more what failed. */
  further(): void;
  /** Takes a star away; a toast offers the way back. */
  unstar(hit: HitView): void;
  close(): void;
}
