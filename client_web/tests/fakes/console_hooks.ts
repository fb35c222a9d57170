/** The hooks of the fake console, and what they were told to do. */
import { Refused } from "../../src/session/failures";
import type * as wire from "../../src/wire/types.gen";
import { FirmDesk } from "./console_firm";

/** A hook that has delivered everything; `part` is what is else about it. */
export function hookState(name: string, part: Partial<wire.HookState> = {}): wire.HookState {
  const figures = { cursor: 80_000, backlog: 0, rate: 0, age_s: 0, delivered: 80_000 };
  const none = { blocked_streams: 0, failures: 0, sealed_only: 0, left_out: 0 };
  const about = { state: "running" as const, comparable: true, receipts: true };
  const seen = { plaintext: false, sees: "sealed" as const, without: [] };
  return { name, ...about, ...seen, ...figures, ...none, ...part };
}

export class HooksDesk extends FirmDesk {
  hooksThere: wire.HookState[] = [];
  rangesThere: wire.ReceiptRange[] = [];

  async hooks(): Promise<wire.Hooks> {
    if (this.role !== "compliance") this.only("administrator");
    this.asked.push("hooks");
    return { hooks: [...this.hooksThere] };
  }

  async receiptRanges(hook: string): Promise<wire.ReceiptRanges> {
    this.asked.push(`receipts ${hook}`);
    return { ranges: this.rangesThere };
  }

  async replayHook(hook: string, { first }: wire.NewReplay) {
    this.change(`replay ${hook} ${first}`);
    this.become(hook, { cursor: first, backlog: 80_000 - first });
  }

  async orderHook(hook: string, order: string) {
    this.change(`${order} ${hook}`);
    if (order === "pause") this.become(hook, { state: "paused" });
    if (order === "resume") this.become(hook, { state: "running" });
  }

  /** A comparison has ended. */
  endComparison(hook: string, compared: wire.HookComparison): void {
    this.become(hook, { compared });
    this.hooksThere = this.hooksThere.map(({ comparing, ...one }) =>
      one.name === hook || comparing === undefined ? one : { ...one, comparing },
    );
  }

  /** Another state of a hook that is there. */
  become(hook: string, part: Partial<wire.HookState>): void {
    if (!this.hooksThere.some(({ name }) => name === hook))
      throw new Refused(404, "no_such_hook", "None.");
    this.hooksThere = this.hooksThere.map((one) => (one.name === hook ? { ...one, ...part } : one));
  }
}
