import fc from "fast-check";
import { expect, test } from "vitest";
import { COMPLAINT_STATES, EMPTY_QUERY, fragmentOf, movedTo, type Place, placeOf } from "./place";

const text = fc.string({ unit: "grapheme", maxLength: 30 });
const reading = fc.record({
  conversation: fc.string({ minLength: 1 }),
  fromDay: text,
  toDay: text,
  at: fc.option(fc.integer({ min: 1 }), { nil: undefined }),
});
const place: fc.Arbitrary<Place> = fc.oneof(
  fc.record({
    kind: fc.constant("cases" as const),
    next: fc.option(fc.string({ minLength: 1 }), { nil: undefined }),
  }),
  fc.record({
    kind: fc.constant("complaints" as const),
    fields: fc.record({
      state: fc.constantFrom(...COMPLAINT_STATES),
      person: text,
      category: text,
      reference: text,
    }),
  }),
  fc.record({ kind: fc.constant("login" as const), code: fc.string({ minLength: 1 }) }),
  fc.record({
    kind: fc.constant("case" as const),
    id: fc.string({ minLength: 1 }),
    tab: fc.constantFrom("work" as const, "exports" as const, "record" as const),
    query: fc.record({
      words: text,
      people: fc.uniqueArray(fc.string({ unit: "grapheme", minLength: 1, maxLength: 30 }), {
        maxLength: 3,
      }),
      personAs: fc.constantFrom("member" as const, "author" as const),
      conversation: text,
      fromDay: text,
      toDay: text,
      reason: text,
    }),
    reading: fc.option(reading, { nil: undefined }),
  }),
);

test("an address says the whole view: what is written is read back", () => {
  const readBack = (one: Place) => {
    expect(placeOf(fragmentOf(one))).toEqual(one);
  };
  fc.assert(fc.property(place, readBack));
});

test("a search that was sent while it took one person names that one, and each counts once", () => {
  const peopleOf = (fragment: string) => {
    const there = placeOf(fragment);
    return there.kind === "case" ? there.query.people : undefined;
  };
  expect(peopleOf("#/case/C-1?person=a&as=author")).toEqual(["a"]);
  expect(peopleOf("#/case/C-1?person=a&person=b&person=&person=a")).toEqual(["a", "b"]);
});

test("whatever the address says, there is a place", () => {
  fc.assert(fc.property(fc.string(), (any) => void fragmentOf(placeOf(`#/${any}`))));
  expect(placeOf("#/case/%zz")).toEqual({ kind: "cases", next: undefined });
});

test("a colleague's view goes on in a case of one's own", () => {
  const sent = "#/case/C-1?words=fee";
  expect(movedTo("D-2", sent)).toMatchObject({ id: "D-2", query: { words: "fee" } });
  expect(movedTo("D-2", undefined)).toMatchObject({ id: "D-2", query: EMPTY_QUERY });
});
