/** What a device says when something comes while nobody looks, and when all of them say nothing. */
import type { QuietHours } from "../wire/types.gen";
import type { Observable } from "./observable";

/** unsupported: there is no such thing here; ask: the person was not asked yet. */
export type Permission = "unsupported" | "ask" | "blocked" | "given";

/** What the person wants on this device; it stays after sign-out. */
export interface AlertWish {
  readonly on: boolean;
  /** Whoever wrote is named. */
  readonly named: boolean;
}

/** Something new. `from`: who wrote; undefined: it is not said. */
export interface Alert {
  readonly conversation: string;
  readonly from: string | undefined;
  /** The person chose it. */
  open(): void;
}

/** How a push service finds this browser, and what it encrypts to. */
export interface PushAddress {
  readonly endpoint: string;
  readonly p256dh: string;
  readonly auth: string;
}

/** This browser's push service. */
export interface Pusher {
  possible(): boolean;
  /** Whether this device wants pushes. */
  wish(): boolean;
  keep(on: boolean): void;
  /** The language that it is told in. */
  locale(): "en" | "pl";
  /** Subscribes for a sender's key, anew where it was another's; undefined: it cannot be now. */
  subscribe(key: string): Promise<PushAddress | undefined>;
  unsubscribe(): Promise<void>;
}

/**
 * What is told while the page is closed. `failed`: this browser could not be registered; `names`:
 * it says who wrote, where the person wishes it.
 */
export interface PushState {
  readonly on: boolean;
  readonly busy: boolean;
  readonly failed: boolean;
  readonly names: boolean;
}

/** The notifications of this browser. */
export interface Notifier {
  readonly pusher: Pusher;
  permission(): Permission;
  ask(): Promise<void>;
  wish(): AlertWish;
  keep(wish: AlertWish): void;
  /** Shows it in the place of an earlier one, unless somebody looks at another tab of this. */
  show(alert: Alert): Promise<void>;
  /** What was shown goes. */
  clear(): void;
}

export interface AlertsState extends AlertWish {
  readonly permission: Permission;
  readonly busy: boolean;
  /** On all devices; undefined: none. */
  readonly quiet: QuietHours | undefined;
  /** While the page is closed; undefined: the firm or this browser has no such thing. */
  readonly closed: PushState | undefined;
}

export interface AlertsModel {
  readonly state: Observable<AlertsState>;
  /** Asks for the browser's permission where that is needed; without it nothing is turned on. */
  turn(on: boolean): Promise<void>;
  name(named: boolean): void;
  /** Whether to be told while the page is closed. */
  close(on: boolean): Promise<void>;
  /** Undefined: none. A toast offers the way back. */
  setQuiet(hours: QuietHours | undefined): void;
}
