/** Mentions: whom a text calls, who is offered, and what the list says. */
import { describe, expect, test } from "vitest";
import { Page } from "../../tests/fakes/chat";
import type { Draft } from "../../tests/fakes/journal";
import { ANNA, BEN, CLARA, World } from "../../tests/fakes/world";
import type { MentionView } from "./mentions";
import { meant, mentionsIn, mentionViews, typedBefore } from "./mentions";
import type { PersonView } from "./people";

const person = (id: string, name: string): PersonView => ({
  id,
  name,
  me: false,
  outside: false,
  org: "",
  kind: "employee",
  online: false,
  active: true,
});
const people = [person("1", "Jan Kot"), person("2", "Jan Kotowski"), person("3", "Żaneta Łoś")];
const all = { people, everybody: true };

describe("a text calls", () => {
  test.each([
    [
      "@Jan Kot, @Jan Kotowski!",
      [
        [0, 8, "1"],
        [10, 13, "2"],
      ],
    ],
    ["👍🏽 @Żaneta Łoś", [[3, 11, "3"]]],
    [
      "(@all) @wszyscy",
      [
        [1, 4, undefined],
        [7, 8, undefined],
      ],
    ],
    ["mail jan@Jan Kot.example, @Jan Kotek, @allow, @@Jan Kot", []],
    ["@", []],
  ])("in %j whom it names after an @, the longest name first", (text, places) => {
    const found = mentionsIn(text, all).map(({ at, length, person: who }) => [at, length, who]);
    expect(found).toEqual(places);
  });

  test("everybody only where that is possible", () => {
    expect(mentionsIn("@all", { people, everybody: false })).toEqual([]);
  });
});

test("places in characters become places in the text", () => {
  const text = "👍🏽 @Jan Kot!";
  const views = mentionViews(
    text,
    [{ at: 3, length: 8, person: "1" }],
    () => people[0] as PersonView,
  );
  const [first] = views as readonly MentionView[];
  expect(text.slice(first?.start, first?.end)).toBe("@Jan Kot");
  expect(mentionViews(text, undefined, () => people[0] as PersonView)).toBeUndefined();
});

test("who is meant is found by the beginnings of words, without marks", () => {
  const names = (query: string) => meant(query, all).map((each) => each?.name ?? "everybody");
  expect(names("")).toEqual(["Jan Kot", "Jan Kotowski", "Żaneta Łoś", "everybody"]);
  expect(names("lo")).toEqual(["Żaneta Łoś"]);
  expect(names("al")).toEqual(["everybody"]);
  expect(names("Jan Kot please")).toEqual([]);
  expect(typedBefore("Hi @lo", 6)).toEqual({ at: 3, query: "lo" });
  expect(typedBefore("a@b", 3)).toBeUndefined();
});

async function opened(world: World, who: string, conv: string) {
  const page = new Page(world, who);
  await world.pass(1_000);
  await page.open(conv);
  return page;
}

test("an offer is taken by the keys and goes on the record by its id", async () => {
  const world = new World();
  const conv = world.group(ANNA, BEN, CLARA);
  const page = await opened(world, ANNA, conv);
  const { composer } = page.conversation;
  composer.setText("@");
  composer.calling.caret("@", 1);
  const offers = () => composer.state.get().calling?.offers.map((each) => each?.id);
  expect(offers()).toEqual([BEN, CLARA, undefined]);
  composer.calling.move(1);
  const taken = composer.calling.take("all");
  const name = world.server.people.get(CLARA)?.name ?? "";
  expect(taken).toEqual({ text: `@${name} `, caret: name.length + 2 });
  composer.setText(taken?.text ?? "");
  composer.calling.caret(taken?.text ?? "", taken?.caret ?? 0);
  expect(offers()).toBeUndefined();
  composer.send();
  await world.pass(200);
  const sent = world.server.journal.all.findLast((event) => event.type === "message.sent");
  expect(sent).toMatchObject({ mentions: [{ at: 0, length: name.length + 1, person: CLARA }] });
  expect(page.messages.at(-1)?.mentions?.[0]?.person?.id).toBe(CLARA);
});

test.each([
  [20, true],
  [21, false],
])(
  "in a group of %i members anybody calls everybody: %s; ended accounts count",
  async (size, may) => {
    const world = new World();
    const ids = Array.from({ length: size - 2 }, (_, n) => `${n}`.padStart(32, "e"));
    const [ended] = ids;
    for (const id of ids) {
      const colleague = {
        kind: "employee",
        org: "Bank",
        role: "employee",
        outside: false,
      } as const;
      const gone = id === ended ? { active: false } : {};
      world.server.people.set(id, { ...colleague, id, name: `Person ${id}`, ...gone });
    }
    const page = await opened(world, ANNA, world.group(BEN, ANNA, ...ids));
    const { composer } = page.conversation;
    composer.calling.caret("@all", 4);
    expect(composer.state.get().calling?.offers.includes(undefined) ?? false).toBe(may);
    composer.setText("@all");
    expect(composer.state.get().callsAll).toBe(may ? size - 1 : undefined);
  },
);

test("an @ that was turned down is not offered again, and the next one is", async () => {
  const world = new World();
  const page = await opened(world, ANNA, world.group(ANNA, BEN));
  const { composer } = page.conversation;
  composer.calling.caret("@", 1);
  composer.calling.close();
  composer.calling.caret("@B", 2);
  expect(composer.state.get().calling).toBeUndefined();
  composer.calling.caret("@B @", 4);
  expect(composer.state.get().calling).toBeDefined();
});

test("the list says who is called until it is read, and everybody is counted before", async () => {
  const world = new World();
  const conv = world.group(ANNA, BEN, CLARA);
  const other = world.group(ANNA, BEN);
  const page = await opened(world, BEN, other);
  const item = () => page.chat.list.state.get().items.find(({ id }) => id === conv);
  const call = (mentions: object[]) =>
    world.server.record({ type: "message.sent", conv, actor: ANNA, text: "@x", mentions } as Draft);
  call([{ at: 0, length: 2, person: CLARA }]);
  await world.pass(200);
  expect(item()?.mentioned).toBeUndefined();
  call([{ at: 0, length: 2 }]);
  await world.pass(200);
  expect(item()?.mentioned).toBe(true);
  await page.open(conv);
  page.conversation.timeline.seen(page.messages.at(-1)?.key ?? "");
  await world.pass(2_000);
  expect(item()?.mentioned).toBeUndefined();
  page.conversation.composer.setText("@all now");
  expect(page.conversation.composer.state.get().callsAll).toBe(2);
});
