/** Asking for one's own copy, and waiting until it is made. */
import { failureOf, Refused } from "../session/failures";
import type { Api, Cancel, Clock } from "../session/ports";
import type * as wire from "../wire/types.gen";
import { troubleOf } from "./context";
import { Observed } from "./observable";
import type { OwnCopyModel, OwnCopyState, OwnCopyView } from "./own_copy";

const LOOK_MS = 1_000;

/** Of whom it is asked, and by which clock again. */
export interface CopySource {
  readonly api: Pick<Api, "copy" | "makeCopy">;
  readonly clock: Clock;
}

export class SessionOwnCopy implements OwnCopyModel {
  readonly state = new Observed<OwnCopyState>({ loading: true, busy: false });
  readonly address = "/api/v1/copy.zip";
  private readonly source: CopySource;
  private watched = false;
  private looking: Cancel | undefined;
  /** How often one was asked for: what was looked up before says nothing of it. */
  private asked = 0;

  constructor(source: CopySource) {
    this.source = source;
  }

  watch(): Cancel {
    this.watched = true;
    void this.look();
    return () => {
      this.watched = false;
      this.looking?.();
    };
  }

  make(language: "en" | "pl"): void {
    const { busy, copy } = this.state.get();
    if (busy || copy?.state === "making") return;
    this.asked += 1;
    this.state.set({ ...this.state.get(), busy: true, trouble: undefined });
    void this.take(() => this.source.api.makeCopy({ language }));
  }

  private async look(): Promise<void> {
    // Asking for one says how it stands, too.
    if (!this.state.get().busy) await this.take(() => this.source.api.copy());
  }

  private async take(answer: () => Promise<wire.Copy>): Promise<void> {
    const { asked } = this;
    try {
      const copy = viewOf(await answer());
      if (asked !== this.asked) return;
      this.state.set({ loading: false, busy: false, copy });
    } catch (error) {
      if (asked !== this.asked) return;
      const failure = failureOf(error);
      const none = failure instanceof Refused && failure.code === "no_such_copy";
      const { copy } = this.state.get();
      this.state.set({
        loading: false,
        busy: false,
        copy: none ? undefined : copy,
        trouble: none ? undefined : troubleOf(failure),
      });
    }
    this.lookAgain();
  }

  /** What is being made goes on, also while the server could not be asked. */
  private lookAgain(): void {
    this.looking?.();
    if (!this.watched || this.state.get().copy?.state !== "making") return;
    this.looking = this.source.clock.after(LOOK_MS, () => void this.look());
  }
}

function viewOf(copy: wire.Copy): OwnCopyView {
  const { state, done, total, size, expires_at } = copy;
  const shown = state === "waiting" || state === "running" ? "making" : state;
  return { state: shown, done, total, size, until: expires_at };
}
