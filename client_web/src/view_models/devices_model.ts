/** This person's signed-in devices. */
import { failureOf } from "../session/failures";
import type * as wire from "../wire/types.gen";
import { type Context, troubleOf } from "./context";
import { Derived } from "./derived";
import type { DevicesModel, DevicesState } from "./devices";
import type { Trouble } from "./people";

export class SessionDevices implements DevicesModel {
  readonly state: Derived<DevicesState>;
  private readonly context: Context;
  private devices: readonly wire.Device[] | undefined;
  private trouble: Trouble | undefined;
  private readonly ending = new Set<string>();

  constructor(context: Context) {
    this.context = context;
    this.state = new Derived(() => this.compute(), context.soon);
    this.refresh();
  }

  refresh(): void {
    void this.attempt(() => this.load());
  }

  signOut(id: string): void {
    this.ending.add(id);
    this.state.update();
    void this.attempt(async () => {
      await this.context.session.api.revoke(id);
      await this.load();
    }).then(() => {
      this.ending.delete(id);
      if (this.trouble?.code === "no_such_device") {
        this.devices = this.devices?.filter((device) => device.id !== id);
      }
      this.state.update();
    });
  }

  private async load(): Promise<void> {
    this.devices = (await this.context.session.api.devices()).devices;
  }

  private async attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.trouble = undefined;
    } catch (error) {
      this.trouble = troubleOf(failureOf(error));
    }
    this.state.update();
  }

  private compute(): DevicesState {
    return {
      loading: this.devices === undefined && this.trouble === undefined,
      devices: (this.devices ?? []).map((device) => ({
        id: device.id,
        name: device.name,
        current: device.current,
        signedInAt: device.signed_in_at,
        seenAt: device.seen_at,
        busy: this.ending.has(device.id),
      })),
      trouble: this.trouble,
    };
  }
}
