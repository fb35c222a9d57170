/** Where this person is signed in. */
import type { Observable } from "./observable";
import type { Trouble } from "./people";

export interface DeviceView {
  readonly id: string;
  readonly name: string;
  readonly current: boolean;
  readonly signedInAt: string;
  readonly seenAt: string;
  /** It is being signed out. */
  readonly busy: boolean;
}

export interface DevicesState {
  readonly loading: boolean;
  readonly devices: readonly DeviceView[];
  readonly trouble?: Trouble | undefined;
}

export interface DevicesModel {
  readonly state: Observable<DevicesState>;
  refresh(): void;
  /** Signs another device out and wipes what it keeps. */
  signOut(id: string): void;
}
