/** What people told the firm: complaints and reports, as the fake console lists them. */
import { Refused } from "../../src/session/failures";
import type { ComplaintFields } from "../../src/view_models/console/place";
import { stateOf } from "../../src/view_models/console/reports";
import type * as wire from "../../src/wire/types.gen";
import { HooksDesk } from "./console_hooks";

export class ToldDesk extends HooksDesk {
  readonly reportsThere: wire.ListedReport[] = [];
  readonly complaintsThere: wire.ListedComplaint[] = [];
  unreadComplaints = 0;

  /** At most 2 a page, so that there are more. */
  async complaints({ state, ...rest }: ComplaintFields, offset: number) {
    this.only("compliance");
    this.asked.push(["complaints", state, ...Object.values(rest), offset].join(" ").trim());
    const open = this.complaintsThere.filter((each) => each.state === "open");
    const fits = this.complaintsThere.filter(
      (each) =>
        (state === "all" || (state === "overdue" ? each.overdue : each.state === state)) &&
        each.reference.includes(rest.reference),
    );
    return {
      complaints: fits.slice(offset, offset + 2),
      more: fits.length > offset + 2,
      open: open.length,
      overdue: open.filter(({ overdue }) => overdue).length,
      upto: 40,
      zone: "Europe/Warsaw",
      categories: [
        { category: "fees", words: { en: "Fees and charges", pl: "Opłaty i prowizje" } },
        { category: "other", words: { en: "Something else", pl: "Inna sprawa" } },
      ],
    };
  }

  async reports(state: string, before = Number.MAX_SAFE_INTEGER) {
    this.only("compliance");
    this.asked.push(`reports ${state} ${before}`);
    const fits = this.reportsThere.filter(
      (one) => one.number < before && (state === "all" || stateOf(one) === state),
    );
    return { reports: fits.slice(0, 2), more: fits.length > 2 };
  }

  async lookAtReport(number: number) {
    return this.handled(number, "looked", {});
  }

  async closeReport(number: number, body: wire.CloseReport) {
    return this.handled(number, "closed", body);
  }

  private handled(number: number, step: "looked" | "closed", said: { readonly text?: string }) {
    const at = this.reportsThere.findIndex((one) => one.number === number);
    const report = this.reportsThere[at];
    if (report === undefined) throw new Refused(404, "no_such_report", "None.");
    if (report.handled[step] !== undefined) throw new Refused(409, "report_closed", "It is.");
    const taken = { person: "ola", at: "2026-11-25T08:00:00.000000Z", ...said };
    const handled = { ...report.handled, [step]: taken };
    this.reportsThere[at] = { ...report, handled };
    return handled;
  }

  async complaintFigures() {
    this.only("compliance");
    return { open: this.complaintsThere.length, overdue: 0, unread: this.unreadComplaints };
  }

  async complaintsSeen(upto: number) {
    this.asked.push(`complaints seen ${upto}`);
    this.unreadComplaints = 0;
  }
}
