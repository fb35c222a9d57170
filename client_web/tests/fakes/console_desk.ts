/** Who sits at the fake console, what that role may ask for, and what was asked. */
import { Refused } from "../../src/session/failures";
import type * as wire from "../../src/wire/types.gen";

export const AT = "2026-11-24T09:00:00Z";
export const olga: wire.Person = {
  id: "a".repeat(32),
  name: "Olga",
  kind: "employee",
  org: "Bank",
  role: "compliance",
  outside: false,
};
const signedIn: wire.Me = { person: olga, device: "d", session: "s", firm: "Bank" };
export class Desk {
  readonly looked: string[] = [];
  session = true;
  role: wire.Person["role"] = "compliance";
  readonly asked: string[] = [];
  /** Refuses the next change with this code. */
  refusal: string | undefined;

  async me() {
    if (!this.session) throw new Refused(401, "no_session", "");
    return this.self();
  }

  async signIn() {
    return this.self();
  }

  async signOut() {}

  async directory() {
    return { people: [olga] };
  }

  async askedLogin(code: string) {
    return { code, device: "x", address: "y", asked_at: AT, expires_at: AT };
  }

  async answerLogin() {}

  protected self(): wire.Me {
    return { ...signedIn, person: { ...olga, role: this.role } };
  }

  protected only(role: string): void {
    if (this.role !== role) throw new Refused(403, "wrong_role", "");
  }

  protected change(what: string): void {
    this.only("administrator");
    const { refusal } = this;
    this.refusal = undefined;
    if (refusal !== undefined) throw new Refused(409, refusal, "");
    this.looked.push(what);
  }
}
