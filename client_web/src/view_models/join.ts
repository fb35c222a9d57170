/** A group that somebody was sent a link to, and the way in. */
import type { Observable } from "./observable";
import type { Trouble } from "./people";

export interface JoinState {
  readonly loading: boolean;
  readonly busy: boolean;
  /** What the link opens; absent while loading, and where it opens nothing. */
  readonly offer?:
    | {
        readonly title?: string | undefined;
        readonly description?: string | undefined;
        readonly members: number;
        /** Who made the link. */
        readonly by: string;
        /** One is in it already. */
        readonly joined: boolean;
      }
    | undefined;
  readonly trouble?: Trouble | undefined;
}

export interface JoinModel {
  readonly state: Observable<JoinState>;
  /** Looks again what the link opens. */
  refresh(): Promise<void>;
  /** Comes in and opens the group; true: it is open. A retry joins once. */
  join(): Promise<boolean>;
}
