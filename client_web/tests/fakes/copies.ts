/** Clients' own copies, as server/onrecord/features/own_copy keeps them; a test says how far each is. */
import { Refused } from "../../src/session/failures";
import type * as wire from "../../src/wire/types.gen";

export class FakeCopies {
  /** Thrown instead of making one. */
  refusal: Refused | undefined;
  private readonly made = new Map<string, wire.Copy>();

  one(person: string): wire.Copy {
    const copy = this.made.get(person);
    if (copy === undefined) throw new Refused(404, "no_such_copy", "There is none.");
    return copy;
  }

  make(person: string, language: "en" | "pl"): wire.Copy {
    if (this.refusal !== undefined) throw this.refusal;
    const copy: wire.Copy = {
      created_at: "2026-11-24T09:00:00.000000Z",
      state: "waiting",
      done: 0,
      total: 40,
      language,
    };
    this.made.set(person, copy);
    return copy;
  }

  /** How far it is from now on. */
  change(person: string, change: Partial<wire.Copy>): void {
    this.made.set(person, { ...this.one(person), ...change });
  }

  /** It was removed. */
  remove(person: string): void {
    this.made.delete(person);
  }
}
