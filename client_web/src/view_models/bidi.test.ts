import { expect, test } from "vitest";
import { contained, isolated, listed } from "./bidi";

test("a name that runs right to left keeps to itself, and no other is touched", () => {
  expect(isolated("נועה לוי")).toBe("\u2068נועה לוי\u2069");
  expect(isolated("أمل حداد")).toBe("\u2068أمل حداد\u2069");
  expect(isolated("Łucja Ożóg 5")).toBe("Łucja Ożóg 5");
});

test("in a list each name stays where it is", () => {
  expect(listed(["Anna", "نور", "Piotr"])).toBe("Anna, \u2068نور\u2069, Piotr");
});

const RLO = "\u202e";

test.each([
  [`${RLO}evil`, "evil"],
  [`\u2069${RLO}evil`, "evil"],
  ["a\u202ab\u202cc", "abc"],
  ["\u2067שלום\u2069!", "\u2067שלום\u2069!"],
  ["\u2066\u2067a\u2069", "\u2067a\u2069"],
  ["\u2069\u2068a\u2069", "\u2068a\u2069"],
  ["שלום\u200f", "שלום\u200f"],
  ["plain", "plain"],
])("of %j nothing reaches what stands beside it", (text, kept) => {
  expect(contained(text)).toBe(kept);
});

test("a name that turns the order leaves the sentence around it alone, and a list stays one", () => {
  expect(isolated(`Anna ${RLO}`)).toBe("Anna ");
  expect(isolated(listed(["Anna", "نور"]))).toBe("\u2068Anna, \u2068نور\u2069\u2069");
});
