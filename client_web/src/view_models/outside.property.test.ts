/** Whoever's page was open before, between or after: it says who is from outside as a fresh one does. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { Page } from "../../tests/fakes/chat";
import type { Draft } from "../../tests/fakes/journal";
import { ANNA, BEN, World } from "../../tests/fakes/world";
import type { Content } from "../session/ports";
import { Roster } from "../session/roster";
import type * as wire from "../wire/types.gen";
import type { ConversationItem } from "./conversation_list";

const DORA = "d".repeat(32);
const STAFF = [ANNA, BEN, DORA];
const STEPS = ["invite", "hand_over", "cover", "end", "add", "remove", "rename", "open"] as const;
type Step = readonly [kind: (typeof STEPS)[number], choice: number];

/** What a page shows of who is in a conversation. */
function shown({ id, name, outside, outsideName, others, left }: ConversationItem): unknown {
  if (left) return { id, left };
  const people = others.map((one) => [one.id, one.name, one.outside]).sort();
  return { id, name, outside, outsideName, people };
}

class Scene {
  readonly world = new World();
  readonly pages: Page[] = [];
  private readonly directs: string[] = [];
  private readonly groups: string[] = [];
  private serial = 0;

  constructor() {
    const { server } = this.world;
    const dora = { id: DORA, name: "Dora Lis", org: "Bank", outside: false } as const;
    server.people.set(DORA, { ...dora, kind: "employee", role: "advisor" });
    this.groups.push(this.world.group(ANNA, BEN), this.world.group(...STAFF));
    this.open(0);
  }

  private of<T>(all: readonly T[], choice: number): T {
    return all[choice % all.length] as T;
  }

  private open(choice: number): void {
    if (this.pages.length < 4) this.pages.push(new Page(this.world, this.of(STAFF, choice)));
  }

  private members(conv: string): string[] {
    return [...(this.world.server.journal.streams.get(conv)?.members.keys() ?? [])];
  }

  private record(draft: Record<string, unknown>): void {
    this.world.server.record(draft as unknown as Draft);
  }

  /** Whom the directory of a page that is open does not have: nobody tells of a new client. */
  private client(): string {
    this.serial += 1;
    const id = `${this.serial}`.padStart(32, "0");
    const person: wire.Person = {
      ...{ id, name: `Client ${this.serial}`, org: `Firm ${this.serial}` },
      ...{ kind: "client", role: "client", outside: true },
    };
    this.world.server.people.set(id, person);
    return id;
  }

  private readonly steps: Record<Step[0], (choice: number) => void> = {
    open: (choice) => this.open(choice),
    invite: (choice) => {
      const [conv, advisor] = [this.world.server.id("direct"), this.of(STAFF, choice)];
      const members = [advisor, this.client()];
      const begun = { conv, actor: advisor, kind: "direct", members };
      this.record({ type: "conversation.created", ...begun });
      this.directs.push(conv);
    },
    hand_over: (choice) => {
      const conv = this.of(this.directs, choice);
      const former = conv && this.members(conv).find((person) => STAFF.includes(person));
      const successor = STAFF.find((person) => conv && !this.members(conv).includes(person));
      if (!former || !successor) return;
      const people = { conv, actor: former, former, successor };
      this.record({ type: "conversation.handed_over", ...people, history: "all" });
    },
    cover: (choice) => {
      const conv = this.of(this.directs, choice);
      const person = STAFF.find((one) => conv && !this.members(conv).includes(one));
      if (!person) return;
      const times = {
        starts: this.world.server.inSeconds(0),
        ends: this.world.server.inSeconds(9),
      };
      const [actor] = this.members(conv);
      this.record({
        type: "delegate.added",
        conv,
        actor,
        person,
        ...times,
        history: "all",
        active: true,
      });
    },
    end: (choice) => {
      const conv = this.of(this.directs, choice);
      const staff = conv ? this.members(conv).filter((one) => STAFF.includes(one)) : [];
      const [actor, person] = staff;
      if (!person) return;
      this.record({ type: "delegate.ended", conv, actor, person, delegation: "f".repeat(32) });
    },
    add: (choice) => {
      const conv = this.of(this.groups, choice);
      const others = STAFF.filter((person) => !this.members(conv).includes(person));
      const person = choice % 3 === 0 ? this.client() : others[0];
      const [actor] = this.members(conv);
      if (person && actor) this.record({ type: "member.added", conv, actor, person });
    },
    remove: (choice) => {
      const conv = this.of(this.groups, choice);
      const [actor, ...others] = this.members(conv);
      if (others.length === 0) return;
      this.record({ type: "member.removed", conv, actor, person: this.of(others, choice) });
    },
    rename: (choice) => {
      const { server } = this.world;
      const person = this.of([...server.people.values()], choice);
      server.tell({ ...person, name: `${person.name}x`, org: `${person.org}x` });
    },
  };

  async take([kind, choice]: Step): Promise<void> {
    this.steps[kind](choice);
    // As soon as an event is there nothing says that all are of the firm.
    await this.world.pass(100);
    for (const page of this.pages) this.expectNothingLess(page);
    await this.world.pass(5_000);
    for (const page of this.pages) await this.expectAsFresh(page, choice);
  }

  private expectNothingLess(page: Page): void {
    for (const { id, outside, left } of this.items(page)) {
      const met = this.world.server.journal.outsideIn(id, page.browser.person);
      if (!left && met.length > 0) expect(outside, id).toBe(true);
    }
  }

  private items(page: Page): readonly ConversationItem[] {
    return page.screen.kind === "chat" ? page.chat.list.state.get().items : [];
  }

  private async expectAsFresh(page: Page, choice: number): Promise<void> {
    const fresh = new Page(this.world, page.browser.person);
    await this.world.pass(1_000);
    const byId = (a: ConversationItem, b: ConversationItem) => (a.id < b.id ? -1 : 1);
    const all = (one: Page) => [...this.items(one)].sort(byId).map(shown);
    expect(all(page)).toEqual(all(fresh));
    const present = this.items(fresh).filter(({ left }) => !left);
    if (present.length > 0) {
      const { id } = this.of(present, choice);
      expect(await asked(page, id)).toEqual(await asked(fresh, id));
    }
    fresh.close();
  }
}

/** The question before a file goes, and the edge of where one writes. */
async function asked(page: Page, conv: string): Promise<unknown> {
  await page.open(conv);
  const { composer } = page.conversation;
  const file = new File(["x"], "a.pdf", { type: "application/pdf" }) as unknown as Content;
  composer.addFiles([file]);
  composer.send();
  const { crossing, outsideName, files } = composer.state.get();
  composer.goOnWriting();
  if (crossing !== undefined) composer.dropFile(files[0]?.key ?? "");
  return { crossing, outsideName };
}

const histories = fc.array(fc.tuple(fc.constantFrom(...STEPS), fc.nat({ max: 11 })), {
  minLength: 2,
  maxLength: 7,
});

async function follow(steps: readonly Step[]): Promise<void> {
  const scene = new Scene();
  await scene.world.pass(1_000);
  for (const step of steps) await scene.take(step);
  for (const page of scene.pages) page.close();
}

test("at every step an open page says who is from outside as a fresh one does", async () => {
  await fc.assert(fc.asyncProperty(histories, follow), { numRuns: 20 });
}, 60_000);

const HAND_OVER: readonly Step[] = [
  ["open", 1],
  ["invite", 0],
  ["hand_over", 0],
];

test("a hand-over of a client whom the page has never met", () => follow(HAND_OVER));

test("the control: a page that never asks for the members who were there before is noticed", async () => {
  const { expect: asks } = Roster.prototype;
  Roster.prototype.expect = () => undefined;
  try {
    await expect(follow(HAND_OVER)).rejects.toThrow();
  } finally {
    Roster.prototype.expect = asks;
  }
});
