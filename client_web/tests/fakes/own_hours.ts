/** When people are there, and away, as the fake server keeps it. */
import { Refused } from "../../src/session/failures";
import type { Api } from "../../src/session/ports";
import type * as wire from "../../src/wire/types.gen";
import type { Doors } from "./clients";

type HoursApi = Pick<Api, "personHours" | "ownHours" | "setOwnHours" | "setAway" | "endAway">;

export class FakeHours {
  /** What whoever asks has otherwise than the firm. */
  own: wire.OwnHours = {};
  /** When people are there, by id. */
  readonly present = new Map<string, wire.PersonHours>();

  apiOf({ asked }: Doors): HoursApi {
    return {
      personHours: (person) => asked(() => this.of(person)),
      ownHours: () => asked(() => this.own),
      setOwnHours: ({ zone, week }) =>
        asked(() => {
          const { zone: _zone, week: _week, ...rest } = this.own;
          this.own = zone === undefined || week === undefined ? rest : { ...rest, zone, week };
          return this.own;
        }),
      setAway: ({ starts, until, texts }) =>
        asked(() => {
          if (starts !== undefined && starts >= until) throw new Refused(400, "bad_period", "No.");
          const away = { starts: starts ?? "2026-11-24T09:00:00.000000Z", until };
          this.own = { ...this.own, away: { ...away, texts: texts ?? {} } };
          return this.own;
        }),
      endAway: () =>
        asked(() => {
          const { away: _, ...rest } = this.own;
          this.own = rest;
        }),
    };
  }

  private of(person: string): wire.PersonHours {
    const hours = this.present.get(person);
    if (hours === undefined) throw new Refused(404, "no_such_person", "None.");
    return hours;
  }
}
