/** Whatever happens in whatever order, a client ends up showing what a fresh one shows. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { lists, windows } from "../../tests/fakes/equal";
import type { Draft } from "../../tests/fakes/journal";
import { ANNA, BEN, CLARA, World } from "../../tests/fakes/world";
import type * as wire from "../wire/types.gen";
import type { Session } from "./session";
import type { Timeline } from "./timeline";

const isMessage = (event: wire.AnyEvent): event is wire.MessageSent =>
  event.type === "message.sent";
/** A defect that is put into a session, for controls. */
type Plant = (session: Session, world: World) => void;
type Step = (scene: Scene) => void | Promise<void>;

/** Anna's browser, two groups, and what others do in them. */
class Scene {
  readonly world: World;
  readonly convs: readonly string[];
  readonly browser;
  session: Session;
  private readonly plant: Plant;
  /** Drives choices inside steps. */
  private readonly pick: () => number;

  constructor(seed: number, plant: Plant) {
    this.plant = plant;
    this.world = new World(seed);
    this.pick = this.world.random;
    const { random, server } = this.world;
    server.delay = () => Math.floor(random() * 25);
    this.convs = [this.world.group(ANNA, BEN, CLARA), this.world.group(BEN, ANNA)];
    for (let i = 0; i < 130; i += 1) this.world.say(this.conv, this.someone(), `old ${i}`);
    this.browser = this.world.browser(ANNA);
    this.session = this.open();
  }

  open(): Session {
    const session = this.browser.open();
    this.plant(session, this.world);
    return session;
  }

  get conv(): string {
    return this.one(this.convs) ?? "";
  }

  one<T>(of: readonly T[]): T | undefined {
    return of[Math.floor(this.pick() * of.length)];
  }

  someone(): string {
    return this.one([ANNA, BEN]) ?? BEN;
  }

  /** A message that is on the record, more often a new one. */
  message(conv: string): wire.MessageSent | undefined {
    const stream = this.world.server.journal.streams.get(conv);
    const sent = (stream?.events ?? []).filter(isMessage);
    return this.pick() < 0.5 ? this.one(sent.slice(-5)) : this.one(sent);
  }

  isMember(conv: string, person: string): boolean {
    return this.world.server.journal.streams.get(conv)?.members.has(person) ?? false;
  }

  /** Records what somebody does elsewhere, if they may. */
  elsewhere(draft: Record<string, unknown> & { conv: string; actor: string }): void {
    if (this.isMember(draft.conv, draft.actor)) this.world.server.record(draft as unknown as Draft);
  }
}

const STEPS: Readonly<Record<string, Step>> = {
  pass: (scene) => scene.world.pass(7),
  passLonger: (scene) => scene.world.pass(600),
  cut: (scene) => scene.world.server.cut(),
  say: (scene) => {
    const conv = scene.conv;
    scene.elsewhere({ type: "message.sent", conv, actor: BEN, text: "new" });
  },
  sayElsewhere: (scene) => {
    scene.elsewhere({
      type: "message.sent",
      conv: scene.conv,
      actor: ANNA,
      text: "own, elsewhere",
    });
  },
  reply: (scene) => {
    const conv = scene.conv;
    const target = scene.message(conv);
    const row = target && scene.world.server.journal.current(target, BEN);
    if (row?.type !== "message.sent" || row.text === undefined) return;
    const { event_id, conv_seq, actor, text } = row;
    const reply_to = { event_id, conv_seq, actor, text };
    scene.elsewhere({ type: "message.sent", conv, actor: BEN, text: "re", reply_to });
  },
  edit: (scene) => {
    const target = scene.message(scene.conv);
    const row = target && scene.world.server.journal.current(target, target.actor);
    if (!target || (row?.type === "message.sent" && row.removed_at !== undefined)) return;
    const { conv, actor, event_id } = target;
    const text = `edit ${scene.world.random()}`;
    scene.elsewhere({ type: "message.edited", conv, actor, target: event_id, text });
  },
  remove: (scene) => {
    const target = scene.message(scene.conv);
    const row = target && scene.world.server.journal.current(target, target.actor);
    if (!target || (row?.type === "message.sent" && row.removed_at !== undefined)) return;
    const { conv, actor, event_id } = target;
    scene.elsewhere({ type: "message.removed", conv, actor, target: event_id });
  },
  react: (scene) => {
    const target = scene.message(scene.conv);
    if (!target) return;
    const row = scene.world.server.journal.current(target, target.actor);
    if (row.type === "message.sent" && row.removed_at !== undefined) return;
    const emoji = scene.one(["👍", "🎉"]) ?? "";
    const on = scene.world.random() < 0.6;
    const { conv, event_id } = target;
    scene.elsewhere({ type: "reaction.changed", conv, actor: BEN, target: event_id, emoji, on });
  },
  title: (scene) => {
    const title = `title ${scene.world.random()}`;
    scene.elsewhere({ type: "title.changed", conv: scene.conv, actor: BEN, title });
  },
  decide: (scene) => {
    const base = { conv: scene.conv, actor: BEN };
    const { random } = scene.world;
    const text = random() < 0.3 ? "" : `About ${random()}`;
    const on = random() < 0.5;
    const until = "2026-12-24T10:00:00.000000Z";
    const link = scene.world.server.journal.all.findLast(({ type }) => type === "join_link.made");
    const one = scene.one<object>([
      { type: "admin.changed", person: scene.one([BEN, CLARA]) ?? BEN, on },
      { type: "group.described", text },
      { type: "posting.changed", admins_only: on },
      { type: "group.pictured", ...(on ? { sha256: "ab".repeat(32) } : {}) },
      { type: "join_link.made", until },
      { type: "join_link.revoked" },
    ]);
    if (one !== undefined) scene.elsewhere({ ...one, ...base } as unknown as Draft);
    if (link !== undefined && on && !scene.isMember(link.conv, CLARA)) {
      const by = { actor: CLARA, person: CLARA, link: link.event_id };
      scene.elsewhere({ type: "member.added", conv: link.conv, ...by });
    }
  },
  othersRead: (scene) => {
    const conv = scene.conv;
    const read = Math.floor(scene.world.random() * 140);
    const changes = [{ person: BEN, read }];
    if (scene.isMember(conv, BEN))
      scene.elsewhere({ type: "positions", conv, actor: BEN, changes });
  },
  readElsewhere: (scene) => {
    const conv = scene.conv;
    const changes = [{ person: ANNA, read: Math.floor(scene.world.random() * 140) }];
    if (scene.isMember(conv, ANNA))
      scene.elsewhere({ type: "positions", conv, actor: BEN, changes });
  },
  addOrRemoveClara: (scene) => {
    const conv = scene.conv;
    const type = scene.isMember(conv, CLARA) ? "member.removed" : "member.added";
    scene.elsewhere({ type, conv, actor: BEN, person: CLARA });
  },
  addOrRemoveMe: (scene) => {
    const conv = scene.conv;
    const type = scene.isMember(conv, ANNA) ? "member.removed" : "member.added";
    scene.elsewhere({ type, conv, actor: BEN, person: ANNA });
  },
  sayMuchWhileAway: async (scene) => {
    const conv = scene.conv;
    scene.world.server.cut();
    for (let i = 0; i < 120; i += 1) {
      scene.elsewhere({ type: "message.sent", conv, actor: BEN, text: `missed ${i}` });
    }
    await scene.world.pass(1_500);
  },
  newGroup: (scene) => {
    scene.world.group(BEN, ANNA);
  },
  send: (scene) => {
    void scene.session.outbox.add({ t: "send", conv: scene.conv, text: "mine" });
  },
  sendEdit: (scene) => {
    const target = scene.message(scene.conv);
    if (target?.actor !== ANNA) return;
    const { conv, event_id } = target;
    void scene.session.outbox.add({ t: "edit", conv, target: event_id, text: "my edit" });
  },
  noteElsewhere: (scene) => {
    const [conversation, on] = [scene.conv, scene.world.random() < 0.6];
    const base = { conv: `personal:${ANNA}`, actor: ANNA, conversation, on };
    const target = scene.message(conversation)?.event_id;
    const mark = scene.one(["pinned", "muted", "archived", "unread"] as const);
    const up_to = mark === "archived" && on ? { up_to: 130 } : {};
    const marked = { type: "conversation.marked", mark, ...up_to, ...base };
    const star = { type: "message.starred", target, ...base };
    const note = scene.world.random() < 0.5 ? marked : star;
    scene.world.server.record(note as unknown as Draft);
  },
  note: (scene) => {
    const target = scene.message(scene.conv);
    const on = scene.world.random() < 0.6;
    if (target === undefined) return;
    const { conv, event_id } = target;
    void scene.session.outbox.add({ t: "star", conv, target: event_id, on });
    void scene.session.outbox.add({ t: "mark", conv, mark: "pinned", on });
  },
  look: (scene) => {
    void scene.session.timelines.use(scene.conv).ensure();
  },
  pageBefore: (scene) => {
    void scene.session.timelines.use(scene.conv).before();
  },
  pageAfter: (scene) => {
    void scene.session.timelines.use(scene.conv).after();
  },
  jump: (scene) => {
    const conv = scene.conv;
    void scene.session.timelines.use(conv).around(1 + Math.floor(scene.world.random() * 140));
  },
  newest: (scene) => {
    void scene.session.timelines.use(scene.conv).newest();
  },
  readHere: (scene) => {
    scene.session.positions.read(scene.conv, Math.floor(scene.world.random() * 150));
  },
  openAgain: (scene) => {
    void scene.session.flush();
    scene.session.stop();
    scene.session = scene.open();
  },
  tooOld: (scene) => {
    const { server } = scene.world;
    server.oldest = server.journal.all.length;
    server.cut();
  },
  changeWhilePaging: async (scene) => {
    const page = scene.one(["newest", "newest", "jump", "pageBefore", "look"]) ?? "";
    await STEPS[page]?.(scene);
    for (let i = 0; i < 6; i += 1) {
      await scene.world.pass(7);
      await STEPS[scene.one(CHANGES) ?? ""]?.(scene);
    }
  },
  closeAtOnce: async (scene) => {
    await STEPS[scene.one(CHANGES) ?? ""]?.(scene);
    await scene.world.pass(7);
    await STEPS.openAgain?.(scene);
  },
};
/** What others do to rows that are looked at. */
const CHANGES = ["say", "reply", "edit", "remove", "react", "sayElsewhere"];

async function expectComplete(scene: Scene): Promise<void> {
  const { session, world, convs } = scene;
  const { here, fresh } = lists(session, world.server);
  expect(here).toEqual(fresh);
  const left = (conv: string) => session.roster.conversations.get(conv)?.left === true;
  for (const conv of convs) if (!left(conv)) expectRows(scene, conv);
  // In a conversation that was left, later removals show after the next connect.
  world.server.cut();
  for (const conv of convs) {
    session.timelines.use(conv);
    await world.pass(60_000);
    void session.timelines.use(conv).ensure();
    await world.pass(1_000);
    expectRows(scene, conv);
  }
}

function expectRows({ session, world }: Scene, conv: string): void {
  const { timeline } = session.timelines.use(conv);
  const { here, fresh } = windows(timeline, world.server, ANNA);
  expect(here).toEqual(fresh);
}

const steps = fc.array(fc.constantFrom(...Object.keys(STEPS)), { minLength: 30, maxLength: 100 });

function told(plant: Plant) {
  return fc.asyncProperty(fc.integer({ min: 1, max: 1e6 }), steps, async (seed, story) => {
    const scene = new Scene(seed, plant);
    await scene.world.pass(200);
    for (const name of story) await STEPS[name]?.(scene);
    await scene.world.pass(120_000);
    // This server is silent: after 50 seconds the connection is given up, and made again.
    if (scene.session.connection.state !== "live") await scene.world.pass(10_000);
    expect(scene.session.connection.state).toBe("live");
    expect(scene.session.outbox.count().unsent).toBe(0);
    await expectComplete(scene);
  });
}

test("after any story the client shows what a fresh one does", { timeout: 900_000 }, async () => {
  await fc.assert(
    told(() => undefined),
    { numRuns: Number(process.env.STORIES ?? 200) },
  );
});

/** The cursor is kept at once, and the frame's events are applied a moment later. */
const cursorFirst: Plant = (session, world) => {
  const inside = session as unknown as { take(frame: wire.Events): void; cursor: string };
  const take = inside.take.bind(session);
  inside.take = (frame) => {
    inside.cursor = frame.cursor;
    session.keeper.touch();
    world.clock.after(300, () => take(frame));
  };
};

/** A page is taken as it was answered, without the events that came while it was on its way. */
const pageAlone: Plant = (session) => {
  const inside = session.timelines as unknown as { put(timeline: Timeline): unknown };
  const put = inside.put.bind(session.timelines);
  inside.put = (timeline) => {
    const merge = timeline.merge.bind(timeline);
    timeline.merge = (request, page) => {
      request.since.splice(0);
      return merge(request, page);
    };
    return put(timeline);
  };
};

test.each([
  ["keeps the cursor before it applies what came", cursorFirst],
  ["takes a page without what came meanwhile", pageAlone],
])("control: some story finds a client that %s", { timeout: 900_000 }, async (_, plant) => {
  const found = await fc.check(told(plant), { numRuns: 1_000, endOnFailure: true });
  expect(found.errorInstance).toMatchObject({ name: "AssertionError" });
});
