/** The app lock, as server/onrecord/features/sign_in/app_lock.py keeps it; no signature is checked. */
import { Refused } from "../../src/session/failures";
import type { Api } from "../../src/session/ports";
import type { Doors } from "./clients";
import type { FakeServer } from "./server";

export const PASSWORD = "correct horse";

export class FakeLock {
  /** People whose session is locked. */
  readonly locked = new Set<string>();
  /** Minutes that the firm demands. */
  most = 0;
  /** How often a session was locked, unlocked. */
  readonly told = { locked: 0, unlocked: 0 };
  private readonly server: FakeServer;

  constructor(server: FakeServer) {
    this.server = server;
  }

  /** Throws Refused while the session is locked. */
  demandOpen(person: string): void {
    if (this.locked.has(person)) throw new Refused(403, "session_locked", "Unlock it.");
  }

  demandPassword(password: string): void {
    if (password !== PASSWORD) throw new Refused(403, "bad_password", "Wrong.");
  }

  apiOf({ known }: Doors): Pick<Api, "lock" | "unlockQuestion" | "unlock"> {
    const { server } = this;
    return {
      lock: () =>
        known((person) => {
          this.told.locked += 1;
          this.locked.add(person);
          const bye = { code: "session_locked", detail: "", retry_after: 0.1 };
          server.say({ t: "bye", ...bye }, person);
        }),
      unlockQuestion: () =>
        known((person) => ({
          challenge: "AAAA",
          rp_id: "chat.example",
          expires_in: 300,
          user: person,
          known: (server.assurance.keys.get(person) ?? []).map(({ secret }) => secret),
        })),
      unlock: ({ passkey, password, code }) =>
        known((person) => {
          if (passkey !== undefined) this.demandPasskey(person, passkey.id);
          if (password !== undefined) this.demandPassword(password);
          const { clients } = server;
          if (code !== undefined) clients.take(clients.addresses.get(person) ?? "", code);
          this.told.unlocked += 1;
          this.locked.delete(person);
          return server.me(person);
        }),
    };
  }

  private demandPasskey(person: string, secret: string): void {
    const keys = this.server.assurance.keys.get(person) ?? [];
    if (keys.some((each) => each.secret === secret)) return;
    throw new Refused(400, "bad_passkey", "Not theirs.");
  }
}
