/** What people reported of messages, the newest first; that it was read is on the record. */
import type * as wire from "../../wire/types.gen";
import { Observed } from "../observable";
import type { Trouble } from "../people";
import type { Desk } from "./desk";
import { EMPTY_QUERY, fragmentOf, type Place } from "./place";

export interface ReportListState {
  /** Undefined: not here yet. */
  readonly reports?: readonly wire.ListedReport[] | undefined;
  readonly more: boolean;
  readonly busy: boolean;
  readonly trouble?: Trouble | undefined;
}

export class ReportList {
  readonly state = new Observed<ReportListState>({ more: false, busy: false });
  readonly desk: Desk;
  private readonly go: (place: Place) => void;

  constructor(desk: Desk, go: (place: Place) => void) {
    this.desk = desk;
    this.go = go;
  }

  readonly load = (): Promise<void> => this.read(undefined);

  readonly loadMore = (): Promise<void> => this.read(this.state.get().reports?.at(-1)?.number);

  /** To the case in which the message is read: the reason and the place are prepared. */
  readonly open = ({ conversation, conv_seq, reference }: wire.ListedReport): void => {
    const next = fragmentOf({
      kind: "case",
      id: "-",
      tab: "work",
      query: { ...EMPTY_QUERY, reason: reference },
      reading: { conversation: conversation.id, fromDay: "", toDay: "", at: conv_seq },
    });
    this.go({ kind: "cases", next });
  };

  private async read(before: number | undefined): Promise<void> {
    const { reports = [] } = this.state.get();
    this.change({ busy: true, trouble: undefined });
    const trouble = await this.desk.attempt(async () => {
      const page = await this.desk.api.reports(before);
      const conversations = page.reports.map(({ conversation }) => conversation);
      this.desk.learn({ conversations, more: false });
      const listed = before === undefined ? page.reports : [...reports, ...page.reports];
      this.change({ reports: listed, more: page.more });
    });
    this.change({ busy: false, trouble });
  }

  private change(part: Partial<ReportListState>): void {
    this.state.set({ ...this.state.get(), ...part });
  }
}
