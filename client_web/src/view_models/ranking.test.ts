/** What a name finds first: generated people and conversations against the rule. */
import { expect, test } from "vitest";
import { seeded } from "../../tests/fakes/device";
import type { ConversationItem } from "./conversation_list";
import type { PersonView } from "./people";
import { conversationRank, nameRank, personRank, ranked } from "./ranking";
import { matches } from "./words";

const WORDS = ["Jul", "Julia", "Juliana", "Tom", "Berg", "Kern", "Łoś", "Mortgage"];
const random = seeded(11);
const one = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)] as T;
const name = () => `${one(WORDS)} ${one(WORDS)}`;

function person(outside: boolean): PersonView {
  const id = name();
  const about = { title: random() < 0.3 ? `Assistant of ${one(WORDS)}` : undefined };
  const kind = outside ? ("client" as const) : ("employee" as const);
  const org = outside ? `${one(WORDS)} Ltd` : "Bank";
  return { id, name: id, me: false, outside, org, kind, online: false, active: true, ...about };
}

function conversation(): ConversationItem {
  const kind = one(["direct", "group"] as const);
  const colleagues = [person(false), person(false)];
  const client = random() < 0.5 ? person(true) : undefined;
  const others = client === undefined ? colleagues : [client, ...colleagues];
  const people = kind === "direct" && client === undefined ? colleagues.slice(0, 1) : others;
  const title = kind === "direct" ? (people[0]?.name ?? "") : name();
  const outside = client !== undefined;
  return {
    id: title,
    kind,
    name: title,
    others: people,
    outside,
    unread: 0,
    left: false,
    typing: [],
  };
}

test("no colleague's name finds a conversation with a client, over generated ones", () => {
  let left = 0;
  for (let run = 0; run < 2_000; run += 1) {
    const item = conversation();
    const query = one(["jul", "julia", "tom", "berg jul", "kern"]);
    const own = [
      item.name,
      ...item.others.flatMap((each) => (each.outside ? [each.name, each.org] : [])),
    ];
    const all = [item.name, ...item.others.map((each) => each.name)];
    if (item.outside && matches(query, all) && !matches(query, own)) left += 1;
    if (item.outside) {
      expect(conversationRank(query, item) !== undefined).toBe(matches(query, own));
    }
  }
  expect(left).toBeGreaterThan(50);
});

test("people by their own name go first, colleagues before clients, over generated ones", () => {
  for (let run = 0; run < 300; run += 1) {
    const query = one(["jul", "julia", "julia kern", "berg"]);
    const people = Array.from({ length: 12 }, () => person(random() < 0.5));
    const places = Array.from({ length: 12 }, () => conversation());
    const rank = (each: PersonView | ConversationItem) =>
      "others" in each ? conversationRank(query, each) : personRank(query, each);
    const found = ranked([...places, ...people], rank);
    const tier = (each: PersonView | ConversationItem) => {
      const own = matches(query, [each.name]);
      const isPerson = !("others" in each) || each.kind === "direct";
      return (own ? (isPerson ? 0 : 2) : 4) + (each.outside ? 1 : 0);
    };
    const tiers = found.map(tier);
    expect(tiers).toEqual([...tiers].sort((a, b) => a - b));
  }
});

test.each([
  ["jul", ["Anna Jul", "Julia Kern", "Jul"], ["Jul", "Julia Kern", "Anna Jul"]],
  ["los", ["Ewa Łoś", "Łosiak", "Łoś"], ["Łoś", "Łosiak", "Ewa Łoś"]],
])("%j: the whole name, its beginning, words inside", (query, names, expected) => {
  const all = names.map((each) => ({ name: each, outside: false }));
  expect(ranked(all, (each) => nameRank(query, each)).map((each) => each.name)).toEqual(expected);
});

test("where nothing is typed all stay in their order", () => {
  const all = [conversation(), conversation(), conversation()];
  expect(ranked(all, (each) => conversationRank(" ", each))).toEqual(all);
});
