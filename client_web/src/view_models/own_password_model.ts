/** Chooses one's own password. */
import { failureOf, sessionRefused } from "../session/failures";
import type { Api } from "../session/ports";
import type * as wire from "../wire/types.gen";
import { troubleOf } from "./context";
import { Observed } from "./observable";
import type { FirstPasswordModel, OwnPasswordModel, OwnPasswordState } from "./own_password";

export class SessionPassword implements OwnPasswordModel {
  readonly state = new Observed<OwnPasswordState>({ current: undefined, busy: false, done: false });
  private readonly api: Pick<Api, "choosePassword" | "me">;

  constructor(api: Pick<Api, "choosePassword" | "me">) {
    this.api = api;
    void this.look();
  }

  async choose(password: string, current: string | undefined): Promise<boolean> {
    if (this.state.get().busy) return false;
    this.change({ busy: true, done: false, trouble: undefined });
    try {
      await this.api.choosePassword(current === undefined ? { password } : { password, current });
      this.change({ busy: false, done: true });
      return true;
    } catch (error) {
      this.change({ busy: false, trouble: troubleOf(failureOf(error)) });
      return false;
    }
  }

  /** Minutes after a one-time link the current one is not asked for. */
  private async look(): Promise<void> {
    try {
      this.change({ current: (await this.api.me()).password === "set" });
    } catch (error) {
      failureOf(error);
      this.change({ current: true });
    }
  }

  private change(patch: Partial<OwnPasswordState>): void {
    this.state.set({ ...this.state.get(), ...patch });
  }
}

export interface FirstPasswordOptions {
  readonly api: Pick<Api, "choosePassword" | "me" | "signOut">;
  readonly me: wire.Me;
  readonly chosen: (me: wire.Me) => Promise<void>;
  /** The session has ended: signed out here, or with the server's code. */
  readonly ended: (code: string) => Promise<void> | void;
}

export class FirstPassword implements FirstPasswordModel {
  readonly state = new Observed<OwnPasswordState>({ current: false, busy: false, done: false });
  readonly locale: string | undefined;
  private readonly options: FirstPasswordOptions;

  constructor(options: FirstPasswordOptions) {
    this.options = options;
    this.locale = options.me.locale;
  }

  choose(password: string): Promise<boolean> {
    const { api, chosen } = this.options;
    return this.attempt(async () => {
      await api.choosePassword({ password });
      await chosen(await api.me());
    });
  }

  async signOut(): Promise<void> {
    await this.attempt(async () => {
      await this.options.api.signOut();
      await this.options.ended("signed_out");
    });
  }

  private async attempt(work: () => Promise<void>): Promise<boolean> {
    if (this.state.get().busy) return false;
    this.state.set({ current: false, busy: true, done: false });
    try {
      await work();
      return true;
    } catch (error) {
      const failure = failureOf(error);
      if (sessionRefused(failure)) await this.options.ended(failure.code);
      const trouble = troubleOf(failure);
      this.state.set({ current: false, busy: false, done: false, trouble });
      return false;
    }
  }
}
