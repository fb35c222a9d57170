import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Emoji } from "./emoji";
import { codeBefore, coded, meantBy, stands } from "./shortcodes";

function groups(language: string): readonly (readonly Emoji[])[] {
  const file = new URL(`../locales/emoji.${language}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, "utf8"));
}
const english = groups("en");
const polish = groups("pl");

test.each([
  ["Hi :smi", { at: 3, query: "smi", closed: false }],
  [":smile:", { at: 0, query: "smile", closed: true }],
  ["(:+1", { at: 1, query: "+1", closed: false }],
  ["at 10:30", undefined],
  ["https://a", undefined],
  ["a:smile", undefined],
  [": )", undefined],
  [":s", undefined],
  [`${"y".repeat(50)} :smi`, { at: 51, query: "smi", closed: false }],
  [`:${"y".repeat(50)}`, undefined],
])("%j", (text, expected) => {
  expect(codeBefore(text, text.length)).toEqual(expected);
});

test("a name stands while it is what was typed before the caret, and nothing is selected", () => {
  const typed = codeBefore("Hi :tada:", 9);
  expect(stands(typed, "Hi :tada:", 9, 9)).toBe(true);
  expect(stands(typed, "Hi :tada: you", 9, 9)).toBe(true);
  for (const [text, from, to] of [
    ["", 0, 0],
    ["Hi :tada", 8, 8],
    ["Hi :tad:", 8, 8],
    ["Oh, hi :tada:", 13, 13],
    ["Hi :tada: you", 13, 13],
    ["Hi :tada:", 3, 9],
  ] as const) {
    expect(stands(typed, text, from, to)).toBe(false);
  }
  expect(stands(undefined, "Hi", 2, 2)).toBe(false);
});

test("a closed name is its emoji in each language, and what is no name stays", () => {
  expect(
    ["smile", "+1", "tada", "red_heart", "pizza"].map((each) => meantBy(english, each)),
  ).toEqual(["😄", "👍", "🎉", "❤️", "🍕"]);
  expect(["uśmiech", "smile", "pizza"].map((each) => meantBy(polish, each))).toEqual([
    "😄",
    "😄",
    "🍕",
  ]);
  expect([meantBy(english, "smil"), meantBy(english, "qqqq")]).toEqual([undefined, undefined]);
});

test("beginnings are offered, the usual name first, without accents", () => {
  expect(coded(english, "smile")[0]?.[0]).toBe("😄");
  expect(coded(english, "pizz").map(([emoji]) => emoji)).toContain("🍕");
  expect(coded(polish, "usmiech").length).toBe(8);
  expect(coded(english, "qqqq")).toEqual([]);
});
