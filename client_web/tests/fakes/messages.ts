/** What the fake server tells of messages: pages, where one comes from, who has read it; and reports. */
import { Refused } from "../../src/session/failures";
import type { Api } from "../../src/session/ports";
import type * as wire from "../../src/wire/types.gen";
import type { Doors } from "./clients";
import type { FakeServer } from "./server";

type MessageApi = Pick<Api, "timeline" | "search" | "stars" | "info" | "origin" | "report">;

export class FakeMessages {
  /** How often message info was asked for. */
  looks = 0;
  /** What was reported, by id: a retry is one report. */
  readonly reported = new Map<string, wire.NewReport>();
  private readonly server: FakeServer;

  constructor(server: FakeServer) {
    this.server = server;
  }

  apiOf({ asked }: Doors): MessageApi {
    const { journal } = this.server;
    return {
      timeline: (conv, page) => asked((person) => journal.timeline(conv, person, page)),
      search: () => asked(() => ({ hits: [] })),
      stars: (before) => asked((person) => journal.stars(person, before)),
      info: (eventId) => asked(() => this.info(eventId)),
      origin: (eventId) => asked((person) => this.origin(eventId, person)),
      report: (body) => asked(() => this.report(body)),
    };
  }

  /** The newest message that says the same and that somebody sees: enough for one conversation. */
  private origin(eventId: string, person: string): wire.MessageOrigin {
    const event = this.server.journal.find(eventId);
    const told = event?.type === "message.sent" ? event.forward : undefined;
    const found = this.server.journal.all.find(
      (each) => each.type === "message.sent" && each.at === told?.at && each.actor === told.actor,
    );
    if (found === undefined || !this.server.journal.sees(person, found)) {
      throw new Refused(404, "no_such_message", "None.");
    }
    return { event_id: found.event_id, conv: found.conv, conv_seq: found.conv_seq };
  }

  private report(body: wire.NewReport): wire.Reported {
    this.reported.set(body.id, body);
    return { reference: `R-${this.reported.size}`, at: this.server.journal.all.at(-1)?.at ?? "" };
  }

  private info(eventId: string): wire.MessageInfo {
    this.looks += 1;
    const event = this.server.journal.find(eventId);
    if (event === undefined) throw new Refused(404, "no_such_message", "None.");
    const { conv, conv_seq, at } = event;
    const msg_no = event.type === "message.sent" ? event.msg_no : 0;
    const members = this.server.journal.streams.get(conv)?.members ?? new Map();
    const played = (person: string) =>
      event.type === "message.sent" ? this.server.journal.playedAt(event, person) : undefined;
    return {
      event_id: eventId,
      conv,
      conv_seq,
      msg_no,
      at,
      receipts: [...members]
        .filter(([person]) => person !== event.actor)
        .map(([person, { read, delivered }]) => {
          const played_at = played(person);
          return {
            person,
            ...(Math.max(read, delivered) >= msg_no ? { delivered_at: at } : {}),
            ...(read >= msg_no ? { read_at: at } : {}),
            ...(played_at === undefined ? {} : { played_at }),
          };
        }),
      edits: 0,
      archive: "on the record",
    };
  }
}
