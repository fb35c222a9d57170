/** The texts that clients and the firm's people accept, for administrators: what is in force, what was, a new one. */
import type * as wire from "../../wire/types.gen";
import { Observed } from "../observable";
import type { Trouble } from "../people";
import type { Desk } from "./desk";

export type Locale = "en" | "pl";
export type Readers = "client" | "employee";

export interface NoticeDraft {
  readonly title: string;
  readonly text: string;
  /** A local time such as "2026-12-01T08:00"; empty: at once. */
  readonly from: string;
}

export interface NoticesState {
  readonly languages?: readonly wire.NoticeHistory[] | undefined;
  readonly locale: Locale;
  /** Whose texts these are. */
  readonly kind: Readers;
  /** What is being written; undefined: nothing. */
  readonly draft?: NoticeDraft | undefined;
  readonly busy: boolean;
  readonly done?: "published" | "planned" | "withdrawn" | undefined;
  readonly trouble?: Trouble | undefined;
}

export class NoticeTexts {
  readonly state = new Observed<NoticesState>({ locale: "en", kind: "client", busy: false });
  private readonly desk: Desk;

  constructor(desk: Desk) {
    this.desk = desk;
  }

  readonly load = async (): Promise<void> => {
    const trouble = await this.desk.attempt(() => this.refresh());
    if (trouble !== undefined) this.change({ trouble });
  };

  readonly show = (what: { locale: Locale } | { kind: Readers }): void =>
    this.change({ ...what, draft: undefined, done: undefined, trouble: undefined });

  /** Begins with the text that is in force. */
  readonly edit = (): void => {
    const now = inForce(this.state.get());
    this.change({
      draft: { title: now?.title ?? "", text: now?.text ?? "", from: "" },
      done: undefined,
      trouble: undefined,
    });
  };

  readonly write = (part: Partial<NoticeDraft>): void => {
    const { draft } = this.state.get();
    if (draft !== undefined) this.change({ draft: { ...draft, ...part } });
  };

  readonly discard = (): void => this.change({ draft: undefined, trouble: undefined });

  readonly publish = async (): Promise<void> => {
    const { draft, locale, kind } = this.state.get();
    if (draft === undefined) return;
    const { title, text, from } = draft;
    const at = from === "" ? undefined : new Date(from).toISOString().replace("Z", "000Z");
    const body = { kind, locale, title, text, ...(at === undefined ? {} : { from_at: at }) };
    await this.doing(at === undefined ? "published" : "planned", async () => {
      await this.desk.api.publishNotice(body);
      this.change({ draft: undefined });
    });
  };

  readonly withdraw = (id: string): Promise<void> =>
    this.doing("withdrawn", () => this.desk.api.withdrawNotice(id));

  private async doing(done: NoticesState["done"], work: () => Promise<void>): Promise<void> {
    if (this.state.get().busy) return;
    this.change({ busy: true, done: undefined, trouble: undefined });
    const trouble = await this.desk.attempt(async () => {
      await work();
      await this.refresh();
    });
    this.change({ busy: false, trouble, done: trouble === undefined ? done : undefined });
  }

  private async refresh(): Promise<void> {
    this.change({ languages: (await this.desk.api.notices()).languages });
  }

  private change(part: Partial<NoticesState>): void {
    this.state.set({ ...this.state.get(), ...part });
  }
}

export function versionsOf({
  languages,
  locale,
  kind,
}: NoticesState): readonly wire.NoticeVersion[] {
  const shown = languages?.find((one) => one.locale === locale && one.kind === kind);
  return shown?.versions ?? [];
}

/** A language whose text in force is older than the shown one's: who reads it is not asked again. */
export function behind(state: NoticesState): Locale | undefined {
  const since = inForce(state)?.from_at;
  const others = (state.languages ?? []).filter((one) => one.kind === state.kind);
  return others.find((one) => {
    const theirs = inForce({ ...state, locale: one.locale });
    return theirs !== undefined && since !== undefined && (theirs.from_at ?? "") < since;
  })?.locale;
}

export function inForce(state: NoticesState): wire.NoticeVersion | undefined {
  return versionsOf(state).find((version) => version.state === "in_force");
}
