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
  /** What is told of at the next sign-in. */
  told: wire.AccountNotice[] = [];
  /** Refuses the next change with this code. */
  refusal: string | undefined;

  async me() {
    if (!this.session) throw new Refused(401, "no_session", "");
    return this.self();
  }

  async signIn() {
    return this.self();
  }

  /** As whom the page speaks: the server refuses where the session is another's. */
  meant: string | undefined;

  speakFor(person: string | undefined) {
    this.meant = person;
  }

  async signOut() {}

  async accountNoticesSeen(ids: readonly string[]) {
    this.told = this.told.filter(({ id }) => !ids.includes(id));
  }

  linksReported: wire.LinkReport[] = [];

  async linkReports() {
    return { reports: [...this.linksReported] };
  }

  async closeLinkReport(id: string) {
    this.asked.push(`close link report ${id}`);
    this.linksReported = this.linksReported.filter((one) => one.id !== id);
  }

  async whoseLink() {
    return { name: this.self().person.name };
  }

  async reportLink() {}

  /** Whoever is signed in has none yet until they chose one. */
  chosen: string | undefined = "before";

  async choosePassword({ password }: wire.ChoosePassword) {
    if (this.meant !== this.self().person.id) throw new Refused(401, "other_person", "");
    this.chosen = password;
  }

  /** A role that waits for who is signed in. */
  roleWaits: wire.RoleWaits | undefined;

  async roleCode() {
    return { code: "12345678", expires_at: AT };
  }

  async directory() {
    return { people: [olga] };
  }

  async askedLogin(code: string) {
    return { code, device: "x", address: "y", asked_at: AT, expires_at: AT };
  }

  async answerLogin() {}

  protected self(): wire.Me {
    const told = this.told.length === 0 ? {} : { account_notices: this.told };
    const password = this.chosen === undefined ? ("due" as const) : ("set" as const);
    const waits = this.roleWaits === undefined ? {} : { role_waits: this.roleWaits };
    return { ...signedIn, ...told, ...waits, password, person: { ...olga, role: this.role } };
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
