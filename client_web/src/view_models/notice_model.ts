/** Accepting the recording notice after sign-in; nothing else is shown or opened before. */
import { failureOf, sessionRefused } from "../session/failures";
import type { Api, Clock } from "../session/ports";
import type * as wire from "../wire/types.gen";
import { troubleOf } from "./context";
import { leaveFirm } from "./leaving";
import { type NoticeModel, type NoticeState, type NoticeWays, noticeView } from "./notice";
import { Observed } from "./observable";
import { SessionOwnCopy } from "./own_copy_model";

export interface NoticeOptions {
  readonly api: Pick<Api, "acceptNotice" | "copy" | "leave" | "makeCopy" | "me" | "signOut">;
  readonly clock: Clock;
  readonly me: wire.Me;
  readonly notice: wire.Notice;
  readonly accepted: (me: wire.Me) => Promise<void>;
  /** The session has ended: signed out here, or with the server's code. */
  readonly ended: (code: string) => Promise<void>;
}

export class SessionNotice implements NoticeModel {
  readonly locale: string | undefined;
  readonly firm: string;
  readonly state: Observed<NoticeState>;
  readonly ways: NoticeWays | undefined;
  private readonly options: NoticeOptions;
  private me: wire.Me;
  private notice: wire.Notice;

  constructor(options: NoticeOptions) {
    const { me, notice } = options;
    this.options = options;
    this.me = me;
    this.notice = notice;
    this.locale = me.locale;
    this.firm = me.firm;
    this.ways =
      me.person.kind === "client"
        ? { copy: new SessionOwnCopy(options), leave: () => this.leave() }
        : undefined;
    this.state = new Observed<NoticeState>({
      notice: noticeView(notice),
      changed: false,
      again: notice.again ?? false,
      busy: false,
    });
  }

  speak(locale: "en" | "pl"): Promise<void> {
    if (this.notice.locale === locale) return Promise.resolve();
    return this.attempt(async () => {
      this.me = await this.options.api.me(locale);
      if (this.me.notice === undefined) return this.enter();
      this.notice = this.me.notice;
      this.change({ notice: noticeView(this.notice), busy: false });
    });
  }

  accept(): Promise<void> {
    return this.attempt(async () => {
      await this.options.api.acceptNotice({ notice: this.notice.sha256 });
      await this.enter();
    });
  }

  signOut(): Promise<void> {
    return this.attempt(async () => {
      await this.options.api.signOut();
      await this.options.ended("signed_out");
    });
  }

  private leave(): Promise<void> {
    return this.attempt(async () => {
      await leaveFirm(this.options.api);
      await this.options.ended("left");
    });
  }

  private async attempt(work: () => Promise<void>): Promise<void> {
    if (this.state.get().busy) return;
    this.change({ busy: true, trouble: undefined });
    try {
      await work();
    } catch (error) {
      const failure = failureOf(error);
      if (sessionRefused(failure)) return this.options.ended(failure.code);
      if (failure.code === "notice_changed") return this.reread();
      this.change({ busy: false, trouble: troubleOf(failure) });
    }
  }

  /** The new text; it may have been accepted elsewhere meanwhile. */
  private async reread(): Promise<void> {
    this.change({ busy: false });
    await this.attempt(async () => {
      this.me = await this.options.api.me(this.notice.locale);
      if (this.me.notice === undefined) return this.enter();
      this.notice = this.me.notice;
      this.change({ notice: noticeView(this.notice), changed: true, busy: false });
    });
  }

  private enter(): Promise<void> {
    const { notice: _accepted, ...me } = this.me;
    return this.options.accepted(me);
  }

  private change(patch: Partial<NoticeState>): void {
    this.state.set({ ...this.state.get(), ...patch });
  }
}
