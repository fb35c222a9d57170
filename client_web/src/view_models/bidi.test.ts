import { expect, test } from "vitest";
import { isolated, listed } from "./bidi";

test("a name that runs right to left keeps to itself, and no other is touched", () => {
  expect(isolated("נועה לוי")).toBe("\u2068נועה לוי\u2069");
  expect(isolated("أمل حداد")).toBe("\u2068أمل حداد\u2069");
  expect(isolated("Łucja Ożóg 5")).toBe("Łucja Ożóg 5");
});

test("in a list each name stays where it is", () => {
  expect(listed(["Anna", "نور", "Piotr"])).toBe("Anna, \u2068نور\u2069, Piotr");
});
