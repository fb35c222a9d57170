/** Proofs and passkeys, as server/onrecord/features/clients keeps them; no signature is checked. */
import { Refused } from "../../src/session/failures";
import type { Api, Authenticator } from "../../src/session/ports";
import type * as wire from "../../src/wire/types.gen";
import type { Doors } from "./clients";
import type { FakeServer } from "./server";

type AssuranceApi = Pick<
  Api,
  | "sendProofCode"
  | "prove"
  | "passkeyQuestion"
  | "signInByPasskey"
  | "passkeys"
  | "passkeyWish"
  | "addPasskey"
  | "removePasskey"
  | "confirmClient"
  | "withdrawConfirmation"
  | "resetClient"
  | "clientReset"
  | "withdrawReset"
  | "ownReset"
  | "stopOwnReset"
  | "showReset"
  | "stopReset"
>;

/** Until when a reset waits. */
export const WAITS: wire.WaitingReset = {
  advisor: "Anna Kowalska",
  asked_at: "2026-11-24T09:00:00.000000Z",
  takes_effect_at: "2026-11-25T09:00:00.000000Z",
};

export class FakeAssurance {
  /** People who must type a code before they chat. */
  readonly due = new Set<string>();
  /** Whether a code is wanted before a passkey is made. */
  stale = false;
  /** Whose passkeys there are; `client_data` is what the fake authenticator keeps. */
  readonly keys = new Map<string, readonly (wire.Passkey & { readonly secret: string })[]>();
  /** What advisors said, in order. */
  readonly words: string[] = [];
  /** Clients who have signed in once: their reset waits. */
  readonly enrolled = new Set<string>();
  readonly resets = new Map<string, wire.WaitingReset>();
  /** Whom the links of letters about resets are about. */
  readonly letters = new Map<string, { readonly person: string }>();
  private readonly server: FakeServer;

  constructor(server: FakeServer) {
    this.server = server;
  }

  apiOf({ open, known, asked, signedIn, askFirst }: Doors): AssuranceApi {
    const { clients } = this.server;
    const addressOf = (person: string) => clients.addresses.get(person) ?? "";
    return {
      sendProofCode: () => known((person) => clients.send(addressOf(person))),
      prove: ({ code }) =>
        asked((person) => {
          clients.take(addressOf(person), code);
          this.due.delete(person);
          this.stale = false;
        }),
      passkeyQuestion: () =>
        open(() => ({ challenge: "AAAA", rp_id: "chat.example", expires_in: 300 })),
      signInByPasskey: ({ id, instead_of }) =>
        open((here) => {
          const owner = this.ownerOf(id);
          askFirst(here, { id: owner, name: this.server.person(owner).name }, instead_of);
          return signedIn(owner);
        }),
      passkeys: () => asked((person) => this.of(person)),
      passkeyWish: (password) => asked((person) => this.wish(person, password)),
      addPasskey: (body) => asked((person) => this.add(person, body)),
      removePasskey: (id) =>
        asked((person) => {
          this.keys.set(
            person,
            this.own(person).filter((each) => each.id !== id),
          );
          return this.of(person);
        }),
      confirmClient: (person, { how }) => asked(() => void this.words.push(`${person} ${how}`)),
      withdrawConfirmation: (person) => asked(() => void this.words.push(`${person} withdrawn`)),
      resetClient: (person, { address, way }) =>
        asked((advisor) => {
          this.words.push(`${person} reset`);
          const name = this.server.people.get(person)?.name ?? "";
          const to = address ?? addressOf(person);
          if (!this.enrolled.has(person)) {
            return { invite: clients.create(advisor, { name, address: to, locale: "en", way }) };
          }
          const waiting = { ...WAITS, advisor: this.server.people.get(advisor)?.name ?? "" };
          this.resets.set(person, waiting);
          return { waiting };
        }),
      clientReset: (person) => asked(() => this.resetOf(person)),
      withdrawReset: (person) => asked(() => void this.resets.delete(person)),
      ownReset: () => asked((person) => this.resetOf(person)),
      stopOwnReset: () => asked((person) => this.object(person)),
      showReset: ({ token }) =>
        open(() => {
          const reset = this.letters.get(token);
          if (reset === undefined) throw new Refused(404, "no_such_request", "None.");
          const state = this.resets.get(reset.person) === undefined ? "stopped" : "waiting";
          return { firm: "Example Bank", reset: WAITS, state } as const;
        }),
      stopReset: ({ token }) => open(() => this.object(this.letters.get(token)?.person ?? "")),
    };
  }

  private resetOf(person: string): wire.ClientReset {
    const waiting = this.resets.get(person);
    return waiting === undefined ? {} : { waiting };
  }

  private object(person: string): void {
    if (!this.resets.delete(person)) throw new Refused(409, "reset_over", "Over.");
    this.words.push(`${person} objected`);
  }

  private own(person: string) {
    return this.keys.get(person) ?? [];
  }

  private of(person: string): wire.Passkeys {
    return { passkeys: this.own(person).map(({ secret: _secret, ...shown }) => shown) };
  }

  private wish(person: string, password?: string): wire.PasskeyWish {
    if (password !== undefined) this.server.lock.demandPassword(password);
    else if (this.stale) throw new Refused(403, "step_up_required", "A code first.");
    return {
      challenge: "AAAA",
      rp_id: "chat.example",
      rp_name: "Example Bank",
      user: person,
      user_name: this.server.people.get(person)?.name ?? "",
      algorithms: [-7],
      known: this.own(person).map(({ secret }) => secret),
      expires_in: 300,
    };
  }

  private add(person: string, { client_data, name }: wire.NewPasskey): wire.Passkeys {
    const id = this.server.id("passkey");
    const made = { id, name, created_at: "2026-11-24T09:00:00.000000Z", secret: client_data };
    this.keys.set(person, [...this.own(person), made]);
    return this.of(person);
  }

  private ownerOf(secret: string): string {
    for (const [person, keys] of this.keys) {
      if (keys.some((each) => each.secret === secret)) return person;
    }
    throw new Refused(401, "bad_passkey", "Not here.");
  }
}

/** A device whose owner agrees to everything, unless told otherwise. */
export class FakeAuthenticator implements Authenticator {
  available = true;
  /** What the device does instead, if anything. */
  refusal: Error | undefined;
  /** What it keeps. */
  secret: string | undefined;
  private offersDeclined = false;

  async make(_wish: wire.PasskeyWish) {
    if (this.refusal !== undefined) throw this.refusal;
    this.secret = "kept-here";
    return { client_data: this.secret, attestation: "AAAA" };
  }

  async use(_question: wire.PasskeyQuestion): Promise<wire.PasskeySignIn> {
    if (this.refusal !== undefined) throw this.refusal;
    const id = this.secret ?? "unknown";
    return { id, client_data: "A", authenticator_data: "A", signature: "A", user: "A" };
  }

  declined(): boolean {
    return this.offersDeclined;
  }

  decline(): void {
    this.offersDeclined = true;
  }
}
