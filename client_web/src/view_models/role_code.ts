/** A role that waits for this person: they read a code to the administrator who approves it. */
import { failureOf, sessionRefused } from "../session/failures";
import type { Api } from "../session/ports";
import type * as wire from "../wire/types.gen";
import { troubleOf } from "./context";
import { Observed } from "./observable";
import type { OwnPasswordModel } from "./own_password";
import { SessionPassword } from "./own_password_model";
import type { Trouble } from "./people";

export type RoleWaits = wire.RoleWaits;

export interface RoleCodeState {
  /** The password was chosen on this device; without, another one is chosen first. */
  readonly chosen: boolean;
  readonly code?: wire.RoleCode | undefined;
  readonly busy: boolean;
  readonly trouble?: Trouble | undefined;
}

export interface RoleCodeModel {
  readonly waits: RoleWaits;
  readonly state: Observed<RoleCodeState>;
  readonly password: OwnPasswordModel;
  /** Shows a code; one from before works no more. */
  show(): Promise<void>;
  /** Goes on without. */
  later(): Promise<void>;
}

export interface RoleCodeOptions {
  readonly api: Pick<Api, "choosePassword" | "me" | "roleCode">;
  readonly me: wire.Me;
  readonly waits: RoleWaits;
  readonly goOn: (me: wire.Me) => Promise<void>;
  /** The session has ended, with the server's code. */
  readonly ended: (code: string) => Promise<void> | void;
}

export class SessionRoleCode implements RoleCodeModel {
  readonly waits: RoleWaits;
  readonly state: Observed<RoleCodeState>;
  readonly password: OwnPasswordModel;
  private readonly options: RoleCodeOptions;

  constructor(options: RoleCodeOptions) {
    this.options = options;
    this.waits = options.waits;
    this.state = new Observed<RoleCodeState>({ chosen: options.waits.chosen, busy: false });
    const password = new SessionPassword(options.api);
    password.state.subscribe(() => {
      if (password.state.get().done) this.change({ chosen: true });
    });
    this.password = password;
  }

  async show(): Promise<void> {
    if (this.state.get().busy) return;
    this.change({ busy: true, code: undefined, trouble: undefined });
    try {
      this.change({ busy: false, code: await this.options.api.roleCode() });
    } catch (error) {
      const failure = failureOf(error);
      if (sessionRefused(failure)) return this.options.ended(failure.code);
      this.change({ busy: false, trouble: troubleOf(failure) });
    }
  }

  async later(): Promise<void> {
    const { role_waits: _later, ...rest } = this.options.me;
    await this.options.goOn(rest);
  }

  private change(part: Partial<RoleCodeState>): void {
    this.state.set({ ...this.state.get(), ...part });
  }
}

/** The digits of a code in two groups, as people read them out. */
export function readOut(code: string): string {
  return `${code.slice(0, 4)} ${code.slice(4)}`;
}
