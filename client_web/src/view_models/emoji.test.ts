import { expect, test } from "vitest";
import en from "../locales/emoji.en.json";
import pl from "../locales/emoji.pl.json";
import { type Emoji, matching } from "./emoji";

const english = en as unknown as readonly (readonly Emoji[])[];
const polish = pl as unknown as readonly (readonly Emoji[])[];

function found(groups: readonly (readonly Emoji[])[], query: string): string[] {
  return matching(groups, query).map(([emoji]) => emoji);
}

test("an emoji is found by the beginnings of words, in either language, without marks", () => {
  expect(found(english, "turt")).toEqual(["🐢"]);
  expect(found(polish, "zolw")).toContain("🐢");
  expect(found(polish, "ŻÓŁW")).toContain("🐢");
  expect(found(english, "thumbs down")).toEqual(["👎"]);
  expect(found(english, "nothing of the kind")).toEqual([]);
});

test("an empty query finds all, and both languages offer the same in the same order", () => {
  expect(found(english, "  ").length).toBeGreaterThan(1_800);
  expect(found(polish, "")).toEqual(found(english, ""));
  expect(new Set(found(english, "")).size).toBe(found(english, "").length);
});

test.each([
  ["fire", "🔥"],
  ["rocket", "🚀"],
  ["heart", "❤️"],
  ["check", "✅"],
  ["party", "🎉"],
  ["thumbs", "👍"],
  ["red heart", "❤️"],
])("of %j the first is %s: who presses Enter gets what they named", (query, emoji) => {
  expect(found(english, query)[0]).toBe(emoji);
});

test.each([
  ["rakieta", "🚀"],
  ["serce", "❤️"],
  ["ogien", "🔥"],
  ["pizza", "🍕"],
])("and of the Polish %j it is %s", (query, emoji) => {
  expect(found(polish, query)[0]).toBe(emoji);
});
