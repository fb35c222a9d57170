/** What people are told of their account when they sign in; nothing else is shown before. */
import { failureOf, sessionRefused } from "../session/failures";
import type * as wire from "../wire/types.gen";
import { troubleOf } from "./context";
import { Observed } from "./observable";
import type { Trouble } from "./people";

export type ToldNotice = wire.AccountNotice;

export interface ToldState {
  readonly busy: boolean;
  readonly trouble?: Trouble | undefined;
}

export interface ToldModel {
  readonly notices: readonly ToldNotice[];
  readonly state: Observed<ToldState>;
  /** Says that they were read, and goes on. */
  goOn(): Promise<void>;
}

export interface ToldOptions {
  readonly api: { accountNoticesSeen(ids: readonly string[]): Promise<void> };
  readonly me: wire.Me;
  readonly read: (me: wire.Me) => Promise<void>;
  /** The session has ended, with the server's code. */
  readonly ended: (code: string) => Promise<void> | void;
}

export class AccountNotices implements ToldModel {
  readonly notices: readonly ToldNotice[];
  readonly state = new Observed<ToldState>({ busy: false });
  private readonly options: ToldOptions;

  constructor(options: ToldOptions) {
    this.options = options;
    this.notices = options.me.account_notices ?? [];
  }

  async goOn(): Promise<void> {
    if (this.state.get().busy) return;
    this.state.set({ busy: true });
    const { api, me, read, ended } = this.options;
    try {
      await api.accountNoticesSeen(this.notices.map(({ id }) => id));
      const { account_notices: _read, ...rest } = me;
      await read(rest);
    } catch (error) {
      const failure = failureOf(error);
      if (sessionRefused(failure)) return ended(failure.code);
      this.state.set({ busy: false, trouble: troubleOf(failure) });
    }
  }
}

/** Whether there is something to be told of first. */
export function isTold(me: wire.Me): boolean {
  return (me.account_notices ?? []).length > 0;
}
