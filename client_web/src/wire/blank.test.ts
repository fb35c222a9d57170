import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { isBlank, sayable } from "./blank";

const file = new URL("../../../tests/wire_vectors/blank_texts.json", import.meta.url);
const texts: { blank: string[]; seen: string[] } = JSON.parse(readFileSync(file, "utf8"));

test("of a blank text nothing can be seen, as the server has it", () => {
  expect(texts.blank.filter((text) => !isBlank(text))).toEqual([]);
  expect(texts.seen.filter(isBlank)).toEqual([]);
});

test("what is said has no space around it, and nothing of a blank text is said", () => {
  expect(texts.blank.map(sayable).filter((text) => text !== "")).toEqual([]);
  expect(sayable(" a\u200d\u0000b\n")).toBe("a\u200db");
});
