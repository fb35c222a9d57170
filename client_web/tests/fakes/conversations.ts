/** Conversations that are begun, joined and written to at once, as the fake server does it. */
import { Refused } from "../../src/session/failures";
import type { Api } from "../../src/session/ports";
import type * as wire from "../../src/wire/types.gen";
import type { Doors } from "./clients";
import { eventId, hashed } from "./event_ids";
import type { Draft } from "./journal";
import type { FakeServer } from "./server";

type ConversationApi = Pick<
  Api,
  "conversation" | "createConversation" | "broadcast" | "joinOffer" | "join"
>;

export class FakeConversations {
  private readonly server: FakeServer;

  constructor(server: FakeServer) {
    this.server = server;
  }

  apiOf({ asked }: Doors): ConversationApi {
    return {
      conversation: (id) => asked((person) => this.find(id, person)),
      createConversation: (body) => asked((person) => this.create(body, person)),
      broadcast: (body) => asked((person) => this.broadcast(body, person)),
      joinOffer: ({ link }) => asked((person) => this.opened(link, person)),
      join: ({ id, link }) => asked((person) => this.join(id, link, person)),
    };
  }

  private find(id: string, person: string): wire.Conversation {
    const stream = this.server.journal.streams.get(id);
    if (!stream?.spans.has(person)) throw new Refused(404, "no_such_conversation", "None.");
    return this.server.journal.conversation(stream, person);
  }

  private create(body: wire.CreateConversation, person: string): wire.Conversation {
    const pair = [person, ...body.members].sort().join(" ");
    const conv = body.kind === "direct" ? hashed(pair) : eventId(person, body.id);
    if (!this.server.journal.streams.has(conv)) {
      const members = [...new Set([person, ...body.members])];
      const { kind, title } = body;
      const event_id = eventId(person, body.id);
      const named = title === undefined ? {} : { title };
      this.server.record({
        type: "conversation.created",
        conv,
        actor: person,
        event_id,
        kind,
        members,
        ...named,
      } as Draft);
    }
    return this.find(conv, person);
  }

  /** Clara cannot be reached here when her account has ended. */
  private broadcast({ id, text, recipients }: wire.NewBroadcast, actor: string): wire.Broadcast {
    const event = eventId(actor, id);
    const said = recipients.filter((person) => this.server.person(person).active !== false);
    for (const person of said) {
      const event_id = hashed(`${event} ${person}`);
      if (this.server.journal.find(event_id) !== undefined) continue;
      const made = `${event_id.slice(0, 12)}7${event_id.slice(13, 16)}8${event_id.slice(17)}`;
      const { id: conv } = this.create({ id: made, kind: "direct", members: [person] }, actor);
      this.server.record({
        type: "message.sent",
        conv,
        actor,
        event_id,
        text,
        broadcast: event,
      } as Draft);
    }
    return { event, said, missed: recipients.filter((person) => !said.includes(person)) };
  }

  /** A link's secret is here the event that made it. */
  private opened(link: string, person: string): wire.JoinOffer {
    const made = this.server.journal.find(link);
    const stream = made && this.server.journal.streams.get(made.conv);
    const group = stream && this.server.journal.conversation(stream, made.actor).group;
    if (made?.type !== "join_link.made" || stream === undefined || group?.link?.id !== link) {
      throw new Refused(404, "no_such_link", "This link has ended.");
    }
    const { title } = stream;
    return {
      conv: stream.id,
      members: stream.members.size,
      by: this.server.person(made.actor).name,
      until: made.until,
      joined: stream.members.has(person),
      ...(title === undefined ? {} : { title }),
    };
  }

  private join(id: string, link: string, person: string): wire.Conversation {
    const { conv, joined } = this.opened(link, person);
    const event_id = eventId(person, id);
    if (!joined) {
      this.server.record({
        type: "member.added",
        conv,
        actor: person,
        event_id,
        person,
        link,
      } as Draft);
    }
    return this.find(conv, person);
  }
}
