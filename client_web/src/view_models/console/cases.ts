/** The officer's cases, and opening one. */
import type * as wire from "../../wire/types.gen";
import { Observed } from "../observable";
import type { Trouble } from "../people";
import type { Desk } from "./desk";

export interface CasesState {
  readonly cases?: readonly wire.Case[] | undefined;
  readonly trouble?: Trouble | undefined;
  readonly busy: boolean;
  /** Why the last one was not opened. */
  readonly refusal?: Trouble | undefined;
}

export class CaseList {
  readonly state = new Observed<CasesState>({ busy: false });
  private readonly desk: Desk;
  readonly choose: (caseId: string) => void;

  constructor(desk: Desk, choose: (caseId: string) => void) {
    this.desk = desk;
    this.choose = choose;
  }

  readonly load = async (): Promise<void> => {
    const trouble = await this.desk.attempt(async () => {
      const { cases } = await this.desk.api.cases();
      this.change({ cases });
    });
    this.change({ trouble });
  };

  readonly open = async (id: string, reason: string): Promise<void> => {
    if (this.state.get().busy) return;
    this.change({ busy: true, refusal: undefined });
    const refusal = await this.desk.attempt(async () => {
      const opened = await this.desk.api.openCase({ id: id.trim(), reason: reason.trim() });
      this.choose(opened.id);
    });
    this.change({ busy: false, refusal });
  };

  private change(part: Partial<CasesState>): void {
    this.state.set({ ...this.state.get(), ...part });
  }
}
