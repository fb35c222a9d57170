/** One case: search, transcript, exports and the case's own record. */
import type { Clock } from "../../session/ports";
import type * as wire from "../../wire/types.gen";
import type { Trouble } from "../people";
import { broadcastIn } from "./broadcasts";
import type { Desk } from "./desk";
import { CaseExports } from "./exports";
import { OwnReason, type Why } from "./own_reason";
import { ConversationPicker } from "./picker";
import type { Place, Reading, Tab } from "./place";
import { CaseRecord } from "./record";
import { Search } from "./search";
import { Transcript } from "./transcript";

export type CasePlace = Extract<Place, { kind: "case" }>;
/** Goes there; `step`: the back button comes back from it. */
export type Go = (place: Place, step: boolean) => void;

/** A broadcast is one record: it is opened whole. */
const ALL_DAYS = { fromDay: "", toDay: "" };

export class Workbench {
  readonly id: string;
  readonly me: wire.Me;
  readonly desk: Desk;
  readonly reasons = new OwnReason();
  readonly search: Search;
  readonly transcript: Transcript;
  readonly exports: CaseExports;
  readonly record: CaseRecord;
  readonly conversations: ConversationPicker;
  private readonly go: Go;
  private place: CasePlace;

  constructor(desk: Desk, me: wire.Me, clock: Clock, place: CasePlace, go: Go) {
    this.id = place.id;
    this.me = me;
    this.desk = desk;
    this.place = place;
    this.go = go;
    this.search = new Search(desk, place.id, this.reasons, place.query, () => this.looked(true));
    this.transcript = new Transcript(desk, place.id, this.reasons, place.reading, () =>
      this.looked(false),
    );
    this.exports = new CaseExports(desk, place.id, clock);
    this.record = new CaseRecord(desk, place.id);
    this.conversations = new ConversationPicker(desk, clock);
  }

  async start(): Promise<void> {
    await Promise.all([this.record.refresh(), this.exports.refresh()]);
  }

  /** The address changed by the back button or a link. */
  arrive(place: CasePlace): void {
    const before = this.place;
    this.place = place;
    this.reasons.cancel();
    if (before.query !== place.query) this.search.fill(place.query);
    this.transcript.prepare(place.reading);
    if (place.reading !== undefined) {
      this.search.chooseAt(place.reading.conversation, place.reading.at);
    }
    this.loadTab(place.tab);
  }

  readonly show = (tab: Tab): void => {
    this.go({ ...this.place, query: this.search.state.get().fields, tab }, true);
  };

  /** Says in the transcript's part what opening would mean, with the days that were searched. */
  readonly prepare = (hit: { conversation: string; at?: number | undefined }): void => {
    const { fromDay, toDay } = this.search.state.get().asked ?? this.place.query;
    const whole = broadcastIn(hit.conversation) !== undefined;
    this.look({ ...hit, ...(whole ? ALL_DAYS : { fromDay, toDay }) });
  };

  /** Goes on to another place from what is open; the back button comes back. */
  readonly look = (reading: Reading): void => {
    this.transcript.prepare(reading);
    this.said(true);
  };

  readonly read = (reading: Reading): void => {
    this.transcript.prepare(reading);
    this.said(false);
  };

  /** Opens what was prepared, for the reason that is filled in. */
  readonly open = (): Promise<void> => this.transcript.open(this.why());

  /** Orders an export, for the reason that is filled in. */
  readonly order = async (body: wire.NewExport): Promise<Trouble | undefined> => {
    const place = body.span?.conversation ?? "";
    const trouble = await this.reasons.seek(place, "export", (own) =>
      this.exports.order({ ...body, ...this.why(), ...own }),
    );
    if (trouble === undefined) this.show("exports");
    return trouble;
  };

  readonly leave = (): void => this.go({ kind: "cases" }, true);

  close(): void {
    this.reasons.cancel();
    this.exports.close();
  }

  /** Why this look, where it is another reason than the case's. */
  private why(): Why {
    const reason = this.search.state.get().fields.reason.trim();
    return reason === "" ? {} : { reason };
  }

  private loadTab(tab: Tab): void {
    if (tab === "record") void this.record.refresh();
    if (tab === "exports") void this.exports.refresh();
  }

  /** The address says what is asked and read now, so that it can be sent. */
  private said(step: boolean): void {
    const { fields } = this.search.state.get();
    const { reading } = this.transcript.state.get();
    this.place = { ...this.place, query: fields, reading };
    this.go(this.place, step);
  }

  private looked(step: boolean): void {
    this.said(step);
    void this.record.refresh();
  }
}
