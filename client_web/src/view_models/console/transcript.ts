/** A conversation that is opened to be read: first what would be recorded, then its records. */
import type * as wire from "../../wire/types.gen";
import { Observed } from "../observable";
import type { Trouble } from "../people";
import type { Desk } from "./desk";
import type { OwnReason, Why } from "./own_reason";
import type { Reading } from "./place";

export interface TranscriptState {
  /** What is about to be opened, or is open. */
  readonly reading?: Reading | undefined;
  readonly busy: boolean;
  readonly range?: wire.OpenedRange | undefined;
  readonly rows: readonly wire.TranscriptRow[];
  readonly complete: boolean;
  readonly trouble?: Trouble | undefined;
}

const NOTHING: TranscriptState = { busy: false, rows: [], complete: false };

export class Transcript {
  readonly state = new Observed<TranscriptState>(NOTHING);
  private readonly desk: Desk;
  private readonly caseId: string;
  private readonly reasons: OwnReason;
  private readonly opened: () => void;

  constructor(
    desk: Desk,
    caseId: string,
    reasons: OwnReason,
    reading: Reading | undefined,
    opened: () => void,
  ) {
    this.desk = desk;
    this.caseId = caseId;
    this.reasons = reasons;
    this.opened = opened;
    this.state.set({ ...NOTHING, reading });
  }

  /** Says what would be opened. What is open already only moves to another record. */
  readonly prepare = (reading: Reading | undefined): void => {
    const state = this.state.get();
    const open = state.range !== undefined && covers(state, reading);
    this.state.set(open ? { ...state, reading } : { ...NOTHING, reading });
  };

  /** Opens it. It is on the record before any of its records is here. */
  readonly open = async (why: Why = {}): Promise<void> => {
    const { reading, busy } = this.state.get();
    if (reading === undefined || busy) return;
    this.state.set({ ...NOTHING, reading, busy: true });
    const { conversation } = reading;
    const trouble = await this.reasons.seek(conversation, "range", (own) =>
      this.desk.attempt(() => this.openFor(reading, { ...why, ...own })),
    );
    if (!this.still(reading)) return;
    if (trouble !== undefined) this.change({ trouble });
    this.change({ busy: false });
  };

  private async openFor(reading: Reading, why: Why): Promise<void> {
    const { conversation, fromDay, toDay } = reading;
    const range = await this.desk.api.openRange(this.caseId, {
      conversation,
      ...why,
      ...(fromDay === "" ? {} : { from_day: fromDay }),
      ...(toDay === "" ? {} : { to_day: toDay }),
    });
    if (!this.still(reading)) return;
    this.change({ range });
    this.opened();
    await this.read(range);
  }

  private async read(range: wire.OpenedRange): Promise<void> {
    let after = range.first - 1;
    for (let more = true; more; ) {
      const page = await this.desk.api.rows(this.caseId, range.number, after);
      if (this.state.get().range !== range) return;
      this.change({ rows: [...this.state.get().rows, ...page.rows], complete: !page.more_after });
      after = page.rows.at(-1)?.conv_seq ?? after;
      more = page.more_after && page.rows.length > 0;
    }
  }

  private still(reading: Reading): boolean {
    return covers(this.state.get(), reading);
  }

  private change(part: Partial<TranscriptState>): void {
    this.state.set({ ...this.state.get(), ...part });
  }
}

function covers({ reading: open }: TranscriptState, reading: Reading | undefined): boolean {
  return (
    open !== undefined &&
    open.conversation === reading?.conversation &&
    open.fromDay === reading.fromDay &&
    open.toDay === reading.toDay
  );
}
