/** A fake server, people, and their browsers with tabs: what model tests are written with. */
import { TimelyStore } from "../../src/session/in_time";
import type { OutboxNews } from "../../src/session/outbox_options";
import { Session } from "../../src/session/session";
import type { Kept } from "../../src/view_models/context";
import type { LockKept } from "../../src/view_models/idle_lock";
import type { LockNews } from "../../src/view_models/locking";
import type * as wire from "../../src/wire/types.gen";
import { FakeClock } from "./clock";
import { FakeHub, FakeLocks, FakeNetwork, FakeStore, fakeCrypto, seeded } from "./device";
import type { Draft } from "./journal";
import { FakeServer } from "./server";

export const ANNA = "a".repeat(32);
export const BEN = "b".repeat(32);
export const CLARA = "c".repeat(32);

const people: readonly wire.Person[] = [
  { id: ANNA, name: "Anna Nowak", kind: "employee", org: "Bank", role: "employee", outside: false },
  { id: BEN, name: "Ben Ode", kind: "employee", org: "Bank", role: "advisor", outside: false },
  { id: CLARA, name: "Clara Ito", kind: "client", org: "Ito Ltd", role: "client", outside: true },
];

function kept<T>(value: T): Kept<T> {
  return {
    get: () => value,
    set: (next) => {
      value = next;
    },
  };
}

/** One browser of one person: its tabs share storage, channel and locks. */
export class Browser {
  readonly store = new FakeStore();
  readonly hub = new FakeHub<OutboxNews>();
  readonly endings = new FakeHub<string>();
  readonly lockNews = new FakeHub<LockNews>();
  /** What it keeps of the app lock, for all tabs. */
  readonly lock: LockKept = { minutes: kept(0), most: kept(0), used: kept(0), locked: kept(false) };
  readonly locks = new FakeLocks();
  readonly network = new FakeNetwork();
  readonly person: string;
  private readonly world: World;

  constructor(world: World, person: string) {
    this.world = world;
    this.person = person;
  }

  /** Opens a tab; it is ready once time has passed. */
  open(refused: (code: string) => void = () => undefined): Session {
    const { server, clock, random } = this.world;
    const session = new Session({
      me: server.me(this.person),
      api: server.apiOf(this.person),
      store: new TimelyStore(this.world.clock, this.store),
      clock,
      crypto: fakeCrypto(random),
      random,
      openSocket: server.socketOf(this.person),
      channel: this.hub.join(),
      locks: this.locks,
      network: this.network,
      refused,
    });
    void session.start();
    return session;
  }
}

export class World {
  readonly clock = new FakeClock();
  readonly random: () => number;
  readonly server: FakeServer;

  constructor(seed = 1) {
    this.random = seeded(seed);
    this.server = new FakeServer(this.clock, people);
  }

  browser(person: string): Browser {
    return new Browser(this, person);
  }

  /** A conversation of these people. */
  group(...members: string[]): string {
    return this.titled(undefined, ...members);
  }

  titled(title: string | undefined, ...members: string[]): string {
    const conv = this.server.id("conversation");
    const actor = members[0] ?? ANNA;
    this.server.record({
      type: "conversation.created",
      conv,
      actor,
      kind: "group",
      members,
      ...(title === undefined ? {} : { title }),
    } as Draft);
    return conv;
  }

  /** Somebody says something, as if from elsewhere. */
  say(conv: string, actor: string, text: string): wire.MessageSent {
    return this.server.record({
      type: "message.sent",
      conv,
      actor,
      text,
    } as Draft) as wire.MessageSent;
  }

  /** Sends a voice note. */
  speak(conv: string, actor: string): wire.MessageSent {
    const voice = { ms: 2_000, wave: "f" };
    const files = [{ id: "f", name: "voice.webm", size: 9, type: "audio/webm", voice }];
    const draft = { type: "message.sent", conv, actor, text: "", files };
    return this.server.record(draft as Draft) as wire.MessageSent;
  }

  edit(target: wire.MessageSent, text: string): void {
    const { conv, actor, event_id } = target;
    this.server.record({ type: "message.edited", conv, actor, target: event_id, text } as Draft);
  }

  remove(target: wire.MessageSent): void {
    const { conv, actor, event_id } = target;
    this.server.record({ type: "message.removed", conv, actor, target: event_id } as Draft);
  }

  pass(milliseconds: number): Promise<void> {
    return this.clock.advance(milliseconds);
  }

  /** All messages of a conversation on the record, in order. */
  texts(conv: string): string[] {
    const { events } = this.server.journal.streams.get(conv) ?? { events: [] };
    return events.flatMap((event) => (event.type === "message.sent" ? [event.text ?? ""] : []));
  }
}
