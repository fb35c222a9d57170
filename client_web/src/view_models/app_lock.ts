/** The app lock: when it locks by itself, and what unlocks it. */
import type { IdleLock } from "./idle_lock";
import type { Observable } from "./observable";
import type { PasskeysModel } from "./passkeys";

/** Minutes without use that can be chosen. */
export const LOCK_MINUTES = [1, 5, 15, 60] as const;

export interface LockChoice {
  /** 0: it does not lock by itself, unless the firm wants it. */
  readonly minutes: number;
  /** After so many the firm wants it at the latest; 0: as the person chooses. */
  readonly most: number;
}

export interface AppLockModel {
  readonly firm: string;
  readonly isClient: boolean;
  readonly state: Observable<LockChoice>;
  readonly passkeys: PasskeysModel;
  /** Who has no passkey is asked to make one, where this device can. */
  choose(minutes: number): void;
  lockNow(): void;
}

/** What the chat's parts lock with. */
export interface LockUse {
  readonly idle: IdleLock;
  readonly now: () => void;
}
