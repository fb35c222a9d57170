import { expect, test } from "vitest";
import { matches } from "./words";

test.each([
  ["", ["Anna"], true],
  ["  ", ["Anna"], true],
  ["no", ["Anna Nowak"], true],
  ["lukasz", ["Łukasz"], true],
  ["owak", ["Anna Nowak"], false],
  ["👍", ["Anna Nowak"], false],
  ["👍", ["Team 👍"], true],
  ["-", ["Anna Nowak"], false],
  ["-", ["FX - desk"], true],
])("whether %j finds one of %j: %s", (query, names, expected) => {
  expect(matches(query, names)).toBe(expected);
});
