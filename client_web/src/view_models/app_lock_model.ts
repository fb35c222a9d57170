/** What the person chooses about the app lock. */
import type { Session } from "../session/session";
import type { AppLockModel, LockChoice, LockUse } from "./app_lock";
import type { Observable } from "./observable";
import type { PasskeysModel } from "./passkeys";

export class SessionAppLock implements AppLockModel {
  readonly firm: string;
  readonly isClient: boolean;
  readonly state: Observable<LockChoice>;
  readonly passkeys: PasskeysModel;
  private readonly use: LockUse;

  constructor(use: LockUse, passkeys: PasskeysModel, session: Session) {
    this.use = use;
    this.passkeys = passkeys;
    this.firm = session.firm;
    this.isClient = session.me.person.kind === "client";
    this.state = use.idle.state;
  }

  choose(minutes: number): void {
    this.use.idle.choose(minutes);
    if (minutes > 0 && this.passkeys.available && this.asksNothing()) void this.passkeys.add();
  }

  lockNow(): void {
    this.use.now();
  }

  /** There is no passkey, and nobody was asked yet: arrow keys choose one time after the other. */
  private asksNothing(): boolean {
    const { known, passkeys, code, asksPassword, trouble } = this.passkeys.state.get();
    const asked = code !== undefined || asksPassword || trouble !== undefined;
    return known && passkeys.length === 0 && !asked;
  }
}
