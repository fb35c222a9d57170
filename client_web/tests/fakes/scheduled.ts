/** What the fake server keeps for later; it says it when its clock has come so far. */
import { createHash } from "node:crypto";
import { Refused } from "../../src/session/failures";
import type { Api, Clock } from "../../src/session/ports";
import { wireTime } from "../../src/session/times";
import type * as wire from "../../src/wire/types.gen";
import type { Doors } from "./clients";
import type { Draft } from "./journal";
import type { FakeServer } from "./server";

type ScheduledApi = Pick<
  Api,
  "scheduled" | "schedule" | "changeScheduled" | "sendScheduled" | "cancelScheduled"
>;

export class FakeScheduled {
  private readonly server: FakeServer;
  private readonly clock: Clock;
  private readonly all = new Map<string, { person: string; message: wire.Scheduled }>();

  constructor(server: FakeServer, clock: Clock) {
    this.server = server;
    this.clock = clock;
  }

  apiOf({ asked }: Doors): ScheduledApi {
    return {
      scheduled: () => asked((person) => this.of(person)),
      schedule: (body) => asked((person) => this.add(person, body)),
      changeScheduled: (id, body) => asked((person) => this.change(person, id, body)),
      sendScheduled: (id, body) => asked((person) => this.send(person, id, body.outside)),
      cancelScheduled: (id) => asked((person) => this.drop(person, id)),
    };
  }

  of(person: string): wire.ScheduledList {
    const own = [...this.all.values()].filter((each) => each.person === person);
    const scheduled = own.map(({ message }) => message);
    return { scheduled: scheduled.sort((a, b) => (a.at < b.at ? -1 : 1)) };
  }

  add(
    person: string,
    { id, conv, text, at, reply_to, files: asked = [], outside = [] }: wire.NewScheduled,
  ): wire.Scheduled {
    const known = this.all.get(id)?.message;
    if (known !== undefined) return known;
    this.check(at);
    const reply = reply_to === undefined ? {} : { reply_to };
    const files = this.server.uploads.of(asked, conv);
    if (files === undefined) throw new Refused(404, "no_such_file", "None.");
    const filed = files.length === 0 ? {} : { files, outside };
    if (files.length > 0) this.confirmed(person, conv, outside);
    const written_at = wireTime(this.clock.now());
    const message: wire.Scheduled = {
      id,
      conv,
      text,
      at,
      written_at,
      state: "waiting",
      ...reply,
      ...filed,
    };
    this.all.set(id, { person, message });
    this.wait(person, message);
    return message;
  }

  change(person: string, id: string, { text, at, outside }: wire.ScheduledChange): wire.Scheduled {
    const found = this.find(person, id);
    const before = outside === undefined ? found : { ...found, outside };
    if (before.files !== undefined) this.confirmed(person, before.conv, before.outside);
    if (at !== undefined) this.check(at);
    const { code: _code, detail: _detail, kept_until: _until, ...rest } = before;
    const message = { ...rest, text: text ?? before.text, at: at ?? before.at };
    const waiting: wire.Scheduled = { ...message, state: "waiting" };
    this.all.set(id, { person, message: waiting });
    this.wait(person, waiting);
    return waiting;
  }

  send(person: string, id: string, named?: readonly string[]): void {
    const { conv, text, files, outside } = this.find(person, id);
    if (!this.server.journal.streams.get(conv)?.members.has(person)) {
      throw new Refused(403, "not_a_member", "You are not in this conversation.");
    }
    if (files !== undefined) {
      try {
        this.confirmed(person, conv, named ?? outside);
      } catch (error) {
        if (error instanceof Refused) this.refuse(person, this.find(person, id), error);
        throw error;
      }
    }
    this.all.delete(id);
    const event_id = createHash("sha256").update(`${person} ${id}`).digest("hex").slice(0, 32);
    const said = { text, ...(files === undefined ? {} : { files }) };
    this.server.record({ type: "message.sent", conv, actor: person, event_id, ...said } as Draft);
    this.tell(person);
  }

  drop(person: string, id: string): void {
    this.find(person, id);
    this.all.delete(id);
  }

  private find(person: string, id: string): wire.Scheduled {
    const found = this.all.get(id);
    if (found?.person !== person) throw new Refused(404, "no_such_scheduled", "None.");
    return found.message;
  }

  private confirmed(person: string, conv: string, outside: readonly string[] = []): void {
    const met = this.server.journal.outsideIn(conv, person);
    if (met.every((one) => outside.includes(one))) return;
    throw new Refused(409, "crossing_not_confirmed", "Confirm.", undefined, { outside: [...met] });
  }

  private refuse(person: string, message: wire.Scheduled, { code, message: detail }: Refused) {
    const kept_until = wireTime(Date.parse(message.at) + 30 * 24 * 3_600_000);
    const why = { code, detail, kept_until };
    this.all.set(message.id, { person, message: { ...message, state: "refused", ...why } });
    this.tell(person);
  }

  private check(at: string): void {
    if (Date.parse(at) <= this.clock.now()) throw new Refused(400, "bad_time", "Too late.");
  }

  private wait(person: string, message: wire.Scheduled): void {
    this.clock.after(Date.parse(message.at) - this.clock.now(), () => {
      if (this.all.get(message.id)?.message !== message) return;
      try {
        this.send(person, message.id);
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        this.refuse(person, message, error);
      }
    });
  }

  private tell(person: string): void {
    this.server.say({ t: "ephemeral", items: [{ k: "scheduled" }] }, person);
  }
}
