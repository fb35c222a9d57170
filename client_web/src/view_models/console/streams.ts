/** The system streams, for auditors: who signed in, who looked at what and why, what was changed. */
import type * as wire from "../../wire/types.gen";
import { Observed } from "../observable";
import type { Trouble } from "../people";
import type { Desk } from "./desk";

export interface StreamsState {
  readonly streams?: readonly wire.SystemStream[] | undefined;
  /** The one that is read. */
  readonly open?: string | undefined;
  readonly records: readonly wire.AccessRecord[];
  readonly more: boolean;
  readonly busy: boolean;
  readonly trouble?: Trouble | undefined;
}

export class Streams {
  readonly state: Observed<StreamsState>;
  readonly desk: Desk;

  constructor(desk: Desk, open: string | undefined) {
    this.desk = desk;
    this.state = new Observed<StreamsState>({ open, records: [], more: false, busy: false });
  }

  readonly load = async (): Promise<void> => {
    const trouble = await this.desk.attempt(async () => {
      const { streams } = await this.desk.api.streams();
      this.change({ streams });
    });
    this.change({ trouble });
    if (trouble === undefined && this.state.get().open !== undefined) await this.loadMore();
  };

  /** The next older records. That they are read is a record itself. */
  readonly loadMore = async (): Promise<void> => {
    const { open, records, busy } = this.state.get();
    if (open === undefined || busy) return;
    this.change({ busy: true, trouble: undefined });
    const trouble = await this.desk.attempt(async () => {
      const page = await this.desk.api.records(open, records.at(-1)?.number);
      this.change({ records: [...records, ...page.records], more: page.more });
    });
    this.change({ busy: false, trouble });
  };

  private change(part: Partial<StreamsState>): void {
    this.state.set({ ...this.state.get(), ...part });
  }
}

/** What a record says, in the order of its names; people by name where they are known. */
export function saidBy(record: wire.AccessRecord, desk: Desk) {
  return Object.entries(record.facts)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => {
      const text = Array.isArray(value) ? value.join(", ") : String(value);
      const people = key === "person" || key === "more_people";
      return { key, value: people ? desk.namesIn(text) : text };
    });
}
