/** Somebody's own hours and absence: one's own in the chat, anybody's in the console. */
import { wireTime } from "../session/times";
import type * as wire from "../wire/types.gen";
import {
  linesOf,
  type OwnHoursModel,
  type OwnHoursState,
  textsOf,
  type Words,
  weekOf,
} from "./hours";
import { Observed } from "./observable";
import type { Trouble } from "./people";

/** Whose they are, at the server. Rejects with Refused or Unreachable. */
export interface OwnHoursApi {
  get(): Promise<wire.OwnHours>;
  set(body: wire.SetOwnHours): Promise<wire.OwnHours>;
  leave(body: wire.SetAway): Promise<wire.OwnHours>;
  back(): Promise<void>;
}

/** Does it; returns what went wrong, if something did. */
export type Attempt = (work: () => Promise<void>) => Promise<Trouble | undefined>;

export class OwnHours implements OwnHoursModel {
  readonly state = new Observed<OwnHoursState>({
    loading: true,
    known: false,
    busy: false,
    words: { en: "", pl: "" },
  });
  private readonly api: OwnHoursApi;
  private readonly attempt: Attempt;
  private readonly suggests: (text: string) => boolean;

  /** `suggests`: whether a text suggests going on where nothing is recorded. */
  constructor(api: OwnHoursApi, attempt: Attempt, suggests = (_text: string) => false) {
    this.api = api;
    this.attempt = attempt;
    this.suggests = suggests;
    this.refresh();
  }

  readonly refresh = (): void => void this.doing(undefined, () => this.api.get());

  readonly leave = (from: string, until: string, words: Words): Promise<void> =>
    this.doing("away", () =>
      this.api.leave({
        until: timeOf(until),
        ...(from === "" ? {} : { starts: timeOf(from) }),
        texts: textsOf(words),
      }),
    );

  readonly back = (): Promise<void> =>
    this.doing("back", async () => {
      await this.api.back();
      return this.api.get();
    });

  readonly elsewhere = (words: Words): boolean => Object.values(words).some(this.suggests);

  readonly setWeek: OwnHoursModel["setWeek"] = (own) => {
    const week = own && weekOf(own.lines);
    return this.doing("week", () =>
      this.api.set(own === undefined || week === undefined ? {} : { zone: own.zone, week }),
    );
  };

  private async doing(
    done: OwnHoursState["done"],
    work: () => Promise<wire.OwnHours>,
  ): Promise<void> {
    if (this.state.get().busy) return;
    this.change({ busy: true, done: undefined, trouble: undefined });
    const trouble = await this.attempt(async () => this.show(await work()));
    this.change({
      loading: false,
      busy: false,
      trouble,
      done: trouble === undefined ? done : undefined,
    });
  }

  private show({ zone, week, away, firm }: wire.OwnHours): void {
    this.change({
      known: true,
      own: week === undefined ? undefined : { zone: zone ?? "", lines: linesOf(week) },
      firm: firm === undefined ? undefined : { zone: firm.zone, lines: linesOf(firm.week) },
      away: away === undefined ? undefined : { starts: away.starts, until: away.until },
      words: { en: away?.texts.en ?? "", pl: away?.texts.pl ?? "" },
    });
  }

  private change(part: Partial<OwnHoursState>): void {
    this.state.set({ ...this.state.get(), ...part });
  }
}

function timeOf(local: string): string {
  return wireTime(new Date(local).getTime());
}
