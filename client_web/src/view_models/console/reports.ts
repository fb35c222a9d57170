/** What people reported of messages, the newest first; that it was read is on the record. */
import type * as wire from "../../wire/types.gen";
import { Observed } from "../observable";
import type { Trouble } from "../people";
import type { Desk } from "./desk";
import { EMPTY_QUERY, fragmentOf, type Place } from "./place";

export type ReportChoice = "all" | "open" | "looked_at" | "closed";

/** Where a report stands. */
export function stateOf({ handled }: Pick<wire.ListedReport, "handled">) {
  if (handled.closed !== undefined) return "closed";
  return handled.looked === undefined ? "open" : "looked_at";
}

export interface ReportListState {
  readonly choice: ReportChoice;
  /** Undefined: not here yet. */
  readonly reports?: readonly wire.ListedReport[] | undefined;
  readonly more: boolean;
  readonly busy: boolean;
  readonly trouble?: Trouble | undefined;
}

export class ReportList {
  readonly state = new Observed<ReportListState>({
    choice: "all",
    more: false,
    busy: false,
  });
  readonly desk: Desk;
  private readonly go: (place: Place) => void;

  constructor(desk: Desk, go: (place: Place) => void) {
    this.desk = desk;
    this.go = go;
  }

  readonly load = (): Promise<void> => this.read(undefined);

  readonly loadMore = (): Promise<void> => this.read(this.state.get().reports?.at(-1)?.number);

  /** Those that stand so alone. */
  readonly choose = (choice: ReportChoice): Promise<void> => {
    this.change({ choice, reports: undefined, more: false });
    return this.read(undefined);
  };

  readonly look = ({ number }: wire.ListedReport): Promise<void> =>
    this.handle(number, () => this.desk.api.lookAtReport(number));

  /** `text`: how it ended. */
  readonly close = ({ number }: wire.ListedReport, text: string): Promise<void> =>
    this.handle(number, () => this.desk.api.closeReport(number, { text }));

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

  /** Does it and shows what became of the report; where somebody else was first, reads anew. */
  private async handle(number: number, ask: () => Promise<wire.ReportHandled>): Promise<void> {
    this.change({ busy: true, trouble: undefined });
    const trouble = await this.desk.attempt(async () => {
      const handled = await ask();
      const { reports } = this.state.get();
      const after = reports?.map((one) => (one.number === number ? { ...one, handled } : one));
      this.change({ reports: after });
    });
    if (trouble?.code === "report_taken" || trouble?.code === "report_closed") {
      await this.read(undefined);
    }
    this.change({ busy: false, trouble });
  }

  private async read(before: number | undefined): Promise<void> {
    const { choice, reports = [] } = this.state.get();
    this.change({ busy: true, trouble: undefined });
    const trouble = await this.desk.attempt(async () => {
      const page = await this.desk.api.reports(choice, before);
      if (this.state.get().choice !== choice) return;
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
