/** A reset of a client that their advisor asked for: they see that it waits, and can stop it. */
import { failureOf } from "../session/failures";
import type { Api } from "../session/ports";
import type * as wire from "../wire/types.gen";
import { troubleOf } from "./context";
import { type Observable, Observed } from "./observable";
import type { Trouble } from "./people";

export interface OwnResetState {
  readonly waiting?: wire.WaitingReset | undefined;
  /** It ended before it could be stopped here: there is nothing to press any more. */
  readonly over?: boolean | undefined;
  readonly busy: boolean;
  readonly trouble?: Trouble | undefined;
}

export interface OwnResetModel {
  readonly state: Observable<OwnResetState>;
  stop(): Promise<void>;
}

export class OwnReset implements OwnResetModel {
  readonly state = new Observed<OwnResetState>({ busy: false });
  private readonly api: Pick<Api, "ownReset" | "stopOwnReset">;
  /** The newest question's number: what was asked before it is answered too late. */
  private asked = 0;

  constructor(api: Pick<Api, "ownReset" | "stopOwnReset">) {
    this.api = api;
  }

  /** Looks whether one waits. Without an answer what is shown stays. */
  async look(): Promise<void> {
    const asked = ++this.asked;
    try {
      const { waiting } = await this.api.ownReset();
      if (asked === this.asked) this.state.set({ busy: false, waiting });
    } catch (error) {
      failureOf(error);
    }
  }

  async stop(): Promise<void> {
    const { waiting, over, busy } = this.state.get();
    if (busy || over === true) return;
    this.asked += 1;
    this.state.set({ busy: true, waiting });
    try {
      await this.api.stopOwnReset();
      this.state.set({ busy: false });
    } catch (error) {
      const trouble = troubleOf(failureOf(error));
      if (trouble.code === "reset_over") this.state.set({ busy: false, over: true });
      else this.state.set({ busy: false, waiting, trouble });
    }
  }
}
