/** What the fake console keeps of the firm: its name, notices, hours and waiting clients. */
import { Refused } from "../../src/session/failures";
import type { Upload } from "../../src/session/ports";
import type * as wire from "../../src/wire/types.gen";
import { PeopleDesk } from "./console_people";

/** Two days by a plan: a Thursday, and the Friday after it. */
function aheadBy({ week, holidays }: wire.HoursPlan): wire.DayAhead[] {
  return ["2026-12-24", "2026-12-25"].map((date, day) => {
    const names = holidays.filter((one) => one.date === date).map(({ name }) => name);
    return { date, hours: names.length > 0 ? [] : (week[3 + day] ?? []), holidays: names };
  });
}

export class FirmDesk extends PeopleDesk {
  policyVersions: wire.NoticeVersion[] = [];
  noticeVersions: wire.NoticeVersion[] = [
    { state: "in_force", locale: "en", title: "Old", text: "Text.", sha256: "0", accepted: 3 },
  ];
  firmProfile: wire.FirmProfile = { name: "Bank", org: "Bank" };
  officeHours: wire.OfficeHours = { version: "v", texts: {}, ahead: [] };
  clientsWaiting: wire.WaitingClient[] = [];

  async notices(): Promise<wire.NoticeHistories> {
    this.only("administrator");
    return {
      languages: [
        { kind: "client", locale: "en", versions: [...this.noticeVersions] },
        { kind: "employee", locale: "en", versions: [...this.policyVersions] },
      ],
    };
  }

  async publishNotice({ from_at, kind, ...body }: wire.NewNotice): Promise<wire.NoticeVersion> {
    this.change(`notice ${body.title} ${from_at ?? "now"}`);
    const state = from_at === undefined ? ("in_force" as const) : ("planned" as const);
    const made = { ...body, state, sha256: "5".repeat(64), accepted: 0, id: `n${body.title}` };
    if (kind === "employee") {
      this.policyVersions = [made, ...this.policyVersions];
      return made;
    }
    const before = this.noticeVersions.map((one) =>
      state === "in_force" ? { ...one, state: "past" as const } : one,
    );
    this.noticeVersions = [made, ...before];
    return made;
  }

  async withdrawNotice(id: string) {
    this.change(`withdraw ${id}`);
    this.noticeVersions = this.noticeVersions.filter((one) => one.id !== id);
  }

  async firm(): Promise<wire.FirmProfile> {
    this.only("administrator");
    return { ...this.firmProfile };
  }

  async nameFirm({ name }: wire.FirmName) {
    this.change(`firm ${name}`);
    this.firmProfile = { ...this.firmProfile, name };
  }

  async setFirmPicture({ type }: Upload) {
    this.change(`firm picture ${type}`);
    this.firmProfile = { ...this.firmProfile, picture: "e".repeat(64) };
    return { picture: "e".repeat(64) };
  }

  async removeFirmPicture() {
    this.change("no firm picture");
    const { name, org } = this.firmProfile;
    this.firmProfile = { name, org };
  }

  async hours(): Promise<wire.OfficeHours> {
    this.only("administrator");
    return { ...this.officeHours };
  }

  async setHours({ replaces, plan, texts = {} }: wire.SetOfficeHours): Promise<wire.OfficeHours> {
    if (replaces !== this.officeHours.version) throw new Refused(409, "hours_changed", "");
    this.change(`hours ${plan?.zone ?? "none"} ${plan?.week[0]?.join(" ") ?? ""}`.trim());
    const version = `${replaces}'`;
    const ahead = plan === undefined ? [] : aheadBy(plan);
    this.officeHours = { version, texts, ahead, ...(plan === undefined ? {} : { plan }) };
    return this.officeHours;
  }

  async previewHours({ plan }: wire.HoursDraft): Promise<wire.DaysAhead> {
    this.only("administrator");
    return { ahead: aheadBy(plan) };
  }

  async readHolidays({ text }: wire.HolidayText): Promise<wire.Holidays> {
    this.only("administrator");
    if (text === "") throw new Refused(400, "bad_holiday", "");
    return { holidays: [{ date: "2026-12-25", name: text }] };
  }

  async waiting(): Promise<wire.WaitingClients> {
    this.only("administrator");
    return { waiting: [...this.clientsWaiting] };
  }
}
