/** Connection and recording, as the banner and the header say it. */
import type { Welcome } from "../wire/types.gen";
import type { Observable } from "./observable";

export interface StatusState {
  /**
   * connecting: the first time since the page was opened; lost: it was there and is coming back;
   * offline: the device has no network; crowded: as many tabs and devices as may be are connected.
   */
  readonly connection: "connecting" | "online" | "lost" | "offline" | "crowded";
  /** When the next attempt is made, in milliseconds since 1970. */
  readonly retryAt?: number | undefined;
  /** Unless it is on, nothing can be sent; texts are kept. behind: one of the firm's archives is. */
  readonly recording: Welcome["recording"];
  /** Commands of this person that are not on the record yet, failed ones not counted. */
  readonly unsent: number;
  /** Commands that were refused and wait for the person. */
  readonly failed: number;
  /** The first of these, where the person wrote it. */
  readonly failedAt?: { readonly conversation: string; readonly message: string } | undefined;
  /** Some of these are lost when the page closes: the browser keeps nothing on this device. */
  readonly unkept?: boolean;
  /** Seconds that this device's clock is ahead of the server's; absent while within 30. */
  readonly clockAhead?: number | undefined;
}

export interface StatusModel {
  readonly state: Observable<StatusState>;
  /** Tries to connect now. */
  retryNow(): void;
}
