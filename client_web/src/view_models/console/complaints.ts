/** The complaints of all conversations, the open ones first by day; reading one takes a case. */
import type { Cancel, Clock } from "../../session/ports";
import type * as wire from "../../wire/types.gen";
import { Observed } from "../observable";
import type { Trouble } from "../people";
import type { Desk } from "./desk";
import { type ComplaintFields, EMPTY_QUERY, fragmentOf, type Place } from "./place";

const PAUSE_MS = 250;

export interface ComplaintListState {
  readonly fields: ComplaintFields;
  /** Undefined: not here yet. */
  readonly complaints?: readonly wire.ListedComplaint[] | undefined;
  /** Of all complaints, whatever is listed. */
  readonly open: number;
  readonly overdue: number;
  readonly categories: readonly wire.ComplaintCategory[];
  /** The firm's, such as Europe/Warsaw. */
  readonly zone: string;
  readonly more: boolean;
  readonly busy: boolean;
  readonly trouble?: Trouble | undefined;
}

export interface ComplaintListOptions {
  readonly desk: Desk;
  readonly clock: Clock;
  readonly fields: ComplaintFields;
  /** The address says what is listed, so that it can be sent. */
  readonly said: (place: Place) => void;
  readonly go: (place: Place) => void;
}

export class ComplaintList {
  readonly state: Observed<ComplaintListState>;
  readonly desk: Desk;
  private readonly options: ComplaintListOptions;
  private pause: Cancel | undefined;
  private serial = 0;

  constructor(options: ComplaintListOptions) {
    this.options = options;
    this.desk = options.desk;
    this.state = new Observed<ComplaintListState>({
      fields: options.fields,
      open: 0,
      overdue: 0,
      categories: [],
      zone: "UTC",
      more: false,
      busy: false,
    });
  }

  readonly load = (): Promise<void> => this.read(0);

  readonly loadMore = (): Promise<void> => this.read(this.state.get().complaints?.length ?? 0);

  /** Narrows the list down; what is typed a moment later, so that not every letter is asked for. */
  readonly narrow = (part: Partial<ComplaintFields>): void => {
    const fields = { ...this.state.get().fields, ...part };
    this.change({ fields });
    this.options.said({ kind: "complaints", fields });
    this.pause?.();
    if ("reference" in part) {
      this.pause = this.options.clock.after(PAUSE_MS, () => void this.load());
    } else void this.load();
  };

  /** To the case in which it is read: there the reason is filled in, and the place is prepared. */
  readonly open = (complaint: wire.ListedComplaint): void => {
    const { conversation, conv_seq, target_seq, reference } = complaint;
    const at = target_seq ?? conv_seq;
    const next = fragmentOf({
      kind: "case",
      id: "-",
      tab: "work",
      query: { ...EMPTY_QUERY, reason: reference },
      reading: { conversation: conversation.id, fromDay: "", toDay: "", at },
    });
    this.options.go({ kind: "cases", next });
  };

  private async read(offset: number): Promise<void> {
    this.serial += 1;
    const { serial } = this;
    const { fields, complaints = [] } = this.state.get();
    this.change({ busy: true, trouble: undefined });
    const trouble = await this.desk.attempt(async () => {
      const page = await this.desk.api.complaints(fields, offset);
      if (serial !== this.serial) return;
      const conversations = page.complaints.map(({ conversation }) => conversation);
      this.desk.learn({ conversations, more: false });
      const { open, overdue, categories, zone, more } = page;
      const before = offset === 0 ? [] : complaints;
      const listed = [...before, ...page.complaints];
      this.change({ complaints: listed, open, overdue, categories, zone, more });
      if (showsAllNew(this.state.get())) await this.seen(page.upto);
    });
    if (serial === this.serial) this.change({ busy: false, trouble });
  }

  private async seen(upto: number): Promise<void> {
    await this.desk.api.complaintsSeen(upto);
    this.desk.unread.set(0);
  }

  private change(part: Partial<ComplaintListState>): void {
    this.state.set({ ...this.state.get(), ...part });
  }
}

/** Whether nothing is left out that is open, or was closed before anybody saw it: those end the list. */
function showsAllNew({ fields, complaints, more }: ComplaintListState): boolean {
  const { state, person, category, reference } = fields;
  const narrowed = [person, category, reference].some(Boolean);
  return complaints !== undefined && !more && !narrowed && ["open", "all"].includes(state);
}
