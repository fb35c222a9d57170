/** The firm's office hours, for administrators: a week, holidays, words, tried out before kept. */
import type * as wire from "../../wire/types.gen";
import { type DayLines, linesOf, NO_DAYS, textsOf, USUAL_DAYS, type Words, weekOf } from "../hours";
import { Observed } from "../observable";
import type { Trouble } from "../people";
import { answersClients } from "./accounts";
import type { Desk } from "./desk";

export interface HoursDraft {
  readonly zone: string;
  readonly lines: DayLines;
  readonly holidays: readonly wire.Holiday[];
  readonly words: Words;
}

export interface HoursState {
  readonly loaded: boolean;
  /** Whether the firm keeps hours at all. */
  readonly kept: boolean;
  readonly draft: HoursDraft;
  /** Whether the draft is something else than what is kept. */
  readonly changed: boolean;
  /** The next weeks by the draft. */
  readonly ahead: readonly wire.DayAhead[];
  readonly waiting: readonly wire.WaitingClient[];
  /** Who may answer clients; asked for where nobody answers somebody who waits. */
  readonly advisors: readonly wire.Account[];
  readonly busy: boolean;
  readonly done?: "kept" | "cleared" | "read" | "passed" | undefined;
  readonly trouble?: Trouble | undefined;
}

const NOTHING: HoursDraft = { zone: "", lines: NO_DAYS, holidays: [], words: { en: "", pl: "" } };

export class OfficeHours {
  readonly state: Observed<HoursState>;
  private readonly desk: Desk;
  private readonly zone: string;
  private version = "";

  /** `zone`: the one that a firm without hours is offered. */
  constructor(desk: Desk, zone: string) {
    this.desk = desk;
    this.zone = zone;
    const about = { loaded: false, kept: false, changed: false, busy: false };
    const lists = { ahead: [], waiting: [], advisors: [] };
    this.state = new Observed<HoursState>({ ...about, ...lists, draft: NOTHING });
  }

  readonly load = async (): Promise<void> => {
    const trouble = await this.desk.attempt(async () => {
      const [hours] = await Promise.all([this.desk.api.hours(), this.refresh()]);
      this.take(hours);
    });
    this.change({ trouble });
  };

  /** Looks again who waits. */
  readonly look = async (): Promise<void> => {
    const trouble = await this.desk.attempt(() => this.refresh());
    this.change({ trouble });
  };

  /** Has somebody answer where nobody does any more. */
  readonly putIn = (conversation: string, person: string): Promise<void> =>
    this.doing("passed", async () => {
      await this.desk.api.changeRelationship(conversation, { op: "hand_over", person });
      await this.refresh();
    });

  readonly write = (part: Partial<HoursDraft>): void => {
    const draft = { ...this.state.get().draft, ...part };
    this.change({ draft, changed: true, done: undefined });
  };

  readonly addHoliday = (holiday: wire.Holiday): Promise<void> => this.holidays([holiday]);

  readonly removeHoliday = (holiday: wire.Holiday): Promise<void> => {
    const { holidays } = this.state.get().draft;
    this.write({ holidays: holidays.filter((one) => one !== holiday) });
    return this.tryOut();
  };

  /** Takes the holidays in a calendar file, or in lines, into the draft. */
  readonly read = (text: string): Promise<void> =>
    this.doing("read", async () => {
      const { holidays } = await this.desk.api.readHolidays({ text });
      await this.holidays(holidays);
    });

  /** Shows the next weeks by the draft. A draft that cannot be kept says so when it is kept. */
  readonly tryOut = async (): Promise<void> => {
    const plan = planOf(this.state.get().draft);
    if (plan === undefined) return;
    const trouble = await this.desk.attempt(async () => {
      this.change({ ahead: (await this.desk.api.previewHours({ plan })).ahead });
    });
    this.change({ trouble });
  };

  readonly keep = (): Promise<void> => {
    const { draft } = this.state.get();
    const plan = planOf(draft);
    if (plan === undefined) return Promise.resolve();
    return this.replace("kept", { plan, texts: textsOf(draft.words) });
  };

  /** The firm is always there. */
  readonly clear = (): Promise<void> => this.replace("cleared", { texts: {} });

  private replace(
    done: "kept" | "cleared",
    body: Omit<wire.SetOfficeHours, "replaces">,
  ): Promise<void> {
    return this.doing(done, async () => {
      this.take(await this.desk.api.setHours({ ...body, replaces: this.version }));
    });
  }

  private holidays(more: readonly wire.Holiday[]): Promise<void> {
    const { holidays } = this.state.get().draft;
    const key = ({ date, closed = "", name }: wire.Holiday) => `${date} ${closed} ${name}`;
    const all = new Map([...holidays, ...more].map((one) => [key(one), one]));
    const sorted = [...all].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
    this.write({ holidays: sorted });
    return this.tryOut();
  }

  private take({ version, plan, texts, ahead }: wire.OfficeHours): void {
    this.version = version;
    const words = { en: texts.en ?? "", pl: texts.pl ?? "" };
    const draft: HoursDraft =
      plan === undefined
        ? { zone: this.zone, lines: USUAL_DAYS, holidays: [], words }
        : { zone: plan.zone, lines: linesOf(plan.week), holidays: plan.holidays, words };
    this.change({ loaded: true, kept: plan !== undefined, draft, changed: false, ahead });
  }

  private async refresh(): Promise<void> {
    const { waiting } = await this.desk.api.waiting();
    const alone = waiting.some(({ answering }) => answering.length === 0);
    const people = alone ? (await this.desk.api.accounts()).people : [];
    this.change({ waiting, advisors: people.filter(answersClients) });
  }

  private async doing(done: HoursState["done"], work: () => Promise<void>): Promise<void> {
    if (this.state.get().busy) return;
    this.change({ busy: true, done: undefined, trouble: undefined });
    const trouble = await this.desk.attempt(work);
    this.change({ busy: false, trouble, done: trouble === undefined ? done : undefined });
  }

  private change(part: Partial<HoursState>): void {
    this.state.set({ ...this.state.get(), ...part });
  }
}

/** The plan of a draft; undefined: a day's line is not understood. */
function planOf({ zone, lines, holidays }: HoursDraft): wire.HoursPlan | undefined {
  const week = weekOf(lines);
  return week && { zone, week, holidays: [...holidays] };
}
