import { expect, test } from "vitest";
import { saidOnce } from "./troubles";

test("a lost connection is said once, whatever it was that could not be had", () => {
  const [offline, other] = [{ code: "offline" }, { code: "bad_query" }];
  expect(saidOnce([offline, { code: "offline" }])).toEqual([offline]);
  expect(saidOnce([undefined, offline])).toEqual([offline]);
  expect(saidOnce([other, offline])).toEqual([other, offline]);
});
