/** The page of a letter's link: a client stops the reset that their advisor asked for. */
import { failureOf } from "../session/failures";
import type { Api } from "../session/ports";
import type * as wire from "../wire/types.gen";
import { troubleOf } from "./context";
import { type Observable, Observed } from "./observable";
import type { Trouble } from "./people";

/**
 * loading --it waits--> asking --stopped--> stopped;  loading, asking --it is over--> over
 * loading --the link is none--> closed;  loading --no answer--> failed
 */
export type ObjectionState =
  | { readonly step: "loading" }
  | { readonly step: "failed"; readonly trouble: Trouble }
  | { readonly step: "closed" }
  | {
      readonly step: "asking" | "stopped" | "over";
      readonly shown: wire.ResetToStop;
      readonly busy: boolean;
      readonly trouble?: Trouble | undefined;
    };

export interface ObjectionModel {
  readonly state: Observable<ObjectionState>;
  /** Asks the server again. */
  retry(): Promise<void>;
  stop(): Promise<void>;
  /** To one's messages, or to the sign-in. */
  goOn(): void;
}

export interface ObjectionOptions {
  readonly api: Pick<Api, "showReset" | "stopReset">;
  readonly token: string;
  readonly goOn: () => void;
}

const STEPS = { waiting: "asking", stopped: "stopped", over: "over" } as const;

export class Objection implements ObjectionModel {
  readonly state = new Observed<ObjectionState>({ step: "loading" });
  private readonly options: ObjectionOptions;

  constructor(options: ObjectionOptions) {
    this.options = options;
  }

  async retry(): Promise<void> {
    this.state.set({ step: "loading" });
    const { api, token } = this.options;
    try {
      const shown = await api.showReset({ token });
      this.state.set({ step: STEPS[shown.state], shown, busy: false });
    } catch (error) {
      const trouble = troubleOf(failureOf(error));
      const none = trouble.code === "no_such_request" || trouble.code === "bad_body";
      this.state.set(none ? { step: "closed" } : { step: "failed", trouble });
    }
  }

  async stop(): Promise<void> {
    const now = this.state.get();
    if (now.step !== "asking" || now.busy) return;
    this.state.set({ ...now, busy: true, trouble: undefined });
    const { api, token } = this.options;
    try {
      await api.stopReset({ token });
      this.state.set({ ...now, step: "stopped", busy: false });
    } catch (error) {
      const trouble = troubleOf(failureOf(error));
      if (trouble.code === "reset_over") await this.retry();
      else this.state.set({ ...now, busy: false, trouble });
    }
  }

  goOn(): void {
    this.options.goOn();
  }
}
