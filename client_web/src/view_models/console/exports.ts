/** The exports of a case: ordered, watched while they are made, downloaded, dropped. */
import type { Cancel, Clock } from "../../session/ports";
import type * as wire from "../../wire/types.gen";
import { Observed } from "../observable";
import type { Trouble } from "../people";
import type { Desk } from "./desk";

export interface ExportsState {
  readonly exports: readonly wire.Export[];
  readonly loaded: boolean;
  readonly trouble?: Trouble | undefined;
}

const WATCH_MS = 1_000;

export class CaseExports {
  readonly state = new Observed<ExportsState>({ exports: [], loaded: false });
  private readonly desk: Desk;
  private readonly caseId: string;
  private readonly clock: Clock;
  private waiting: Cancel | undefined;
  private closed = false;

  constructor(desk: Desk, caseId: string, clock: Clock) {
    this.desk = desk;
    this.caseId = caseId;
    this.clock = clock;
  }

  /** Asks how far they are, again and again while one is being made. */
  readonly refresh = async (): Promise<void> => {
    const trouble = await this.desk.attempt(async () => {
      const { exports } = await this.desk.api.exports(this.caseId);
      this.state.set({ exports, loaded: true });
    });
    if (trouble !== undefined) this.state.set({ ...this.state.get(), trouble });
    this.waiting?.();
    const going = this.state.get().exports.some(isGoing);
    if (going && !this.closed) this.waiting = this.clock.after(WATCH_MS, () => void this.refresh());
  };

  /** Orders one; returns what went wrong, if something did. */
  readonly order = async (body: wire.NewExport): Promise<Trouble | undefined> => {
    const trouble = await this.desk.attempt(async () => {
      await this.desk.api.order(this.caseId, body);
    });
    await this.refresh();
    return trouble;
  };

  /** Cancels it, or removes its file. Its record in the case stays. */
  readonly drop = async (number: number): Promise<void> => {
    const trouble = await this.desk.attempt(() => this.desk.api.dropExport(this.caseId, number));
    await this.refresh();
    if (trouble !== undefined) this.state.set({ ...this.state.get(), trouble });
  };

  close(): void {
    this.closed = true;
    this.waiting?.();
  }
}

export function isGoing({ state }: wire.Export): boolean {
  return state === "waiting" || state === "running";
}

/** Where the browser gets the file. */
export function bundleAddress(caseId: string, number: number): string {
  return `/api/v1/cases/${encodeURIComponent(caseId)}/exports/${number}/bundle.zip`;
}

/** Where the browser gets an open range as one page to print or keep. */
export function documentAddress(caseId: string, number: number, language: string): string {
  const range = `/api/v1/cases/${encodeURIComponent(caseId)}/ranges/${number}`;
  return `${range}/transcript?format=html&language=${language}`;
}
