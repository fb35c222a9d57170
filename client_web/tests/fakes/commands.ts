/** What the fake server does with commands and positions, and what it answers. */
import type * as wire from "../../src/wire/types.gen";
import { draftOf } from "./drafts";
import { eventId } from "./event_ids";
import type { Draft } from "./journal";
import type { FakeServer } from "./server";

export class FakeCommands {
  /** Answered once; retries get the same. */
  private readonly acks = new Map<string, wire.Ack>();
  private readonly server: FakeServer;

  constructor(server: FakeServer) {
    this.server = server;
  }

  /** The answer to a command of this person. */
  answer(actor: string, frame: wire.AnyCommand): wire.Ack | wire.Nack | wire.Pending {
    const key = eventId(actor, frame.id);
    return this.acks.get(key) ?? this.server.refuse?.(frame) ?? this.decide(actor, key, frame);
  }

  position(person: string, frame: wire.Read | wire.Delivered): void {
    const stream = this.server.journal.streams.get(frame.conv);
    const member = stream?.members.get(person);
    if (stream === undefined || member === undefined) return;
    const reached = Math.min(frame.msg_no, stream.msgNo);
    const read = frame.t === "read" && reached > member.read ? { read: reached } : {};
    const delivered = reached > member.delivered ? { delivered: reached } : {};
    const change = { person, ...read, ...delivered };
    if (Object.keys(change).length === 1) return;
    this.server.record({
      type: "positions",
      conv: frame.conv,
      actor: "system",
      changes: [change],
    } as Draft);
  }

  play(person: string, { conv, target }: wire.Played): void {
    const event = this.server.journal.find(target);
    if (event?.type !== "message.sent" || event.conv !== conv || event.actor === person) return;
    if (this.server.journal.playedAt(event, person) !== undefined) return;
    const changes = [{ person, played: [event.msg_no] }];
    this.server.record({ type: "positions", conv, actor: "system", changes } as Draft);
  }

  /** All from outside who would get files or a forward, unless each of them is named. */
  private crossing(actor: string, frame: wire.Send): readonly string[] {
    const { conv, files, forward, outside = [] } = frame;
    if (files === undefined && forward === undefined) return [];
    const source = forward === undefined ? undefined : this.server.journal.find(forward)?.conv;
    const convs = source === undefined ? [conv] : [source, conv];
    const met = new Set(convs.flatMap((each) => this.server.journal.outsideIn(each, actor)));
    return [...met].every((person) => outside.includes(person)) ? [] : [...met].sort();
  }

  private decide(actor: string, event_id: string, frame: wire.AnyCommand): wire.Ack | wire.Nack {
    const stream = this.server.journal.streams.get(frame.conv);
    const nack = (code: string): wire.Nack => ({ t: "nack", id: frame.id, code, detail: code });
    const own = frame.t === "quiet_hours" && frame.conv === actor;
    if (!own && !stream?.members.has(actor)) return nack("not_a_member");
    const base = { event_id, conv: frame.conv, actor };
    const files = frame.t === "send" ? this.server.uploads.of(frame.files ?? [], frame.conv) : [];
    if (files === undefined) return nack("no_such_file");
    const draft = draftOf(this.server.journal, base, frame);
    if (typeof draft === "string") return nack(draft);
    if (files.length > 0) Object.assign(draft, { files });
    const met = frame.t === "send" ? this.crossing(actor, frame) : [];
    if (met.length > 0) return { ...nack("crossing_not_confirmed"), outside: [...met] };
    const event = this.server.record(draft);
    const { conv_seq, at } = event;
    const msg_no = event.type === "message.sent" ? { msg_no: event.msg_no } : {};
    const ack: wire.Ack = {
      t: "ack",
      id: frame.id,
      event_id,
      conv: frame.conv,
      conv_seq,
      at,
      ...msg_no,
    };
    this.acks.set(event_id, ack);
    return ack;
  }
}
