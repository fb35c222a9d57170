import { expect, test } from "vitest";
import { clockOf, utcOf, wallOf } from "./instant";

const AT = "2026-11-24T23:41:03.000000Z";

test("a term is told on the wall of the firm's zone, whose day may be another one", () => {
  const { zone, at } = wallOf("Europe/Warsaw");
  expect([zone, at(AT)]).toEqual(["Europe/Warsaw", "2026-11-25 00:41"]);
});

test("in a zone that this browser does not know it is told in UTC, and says so", () => {
  const { zone, at } = wallOf("Mars/Olympus");
  expect([zone, at(AT)]).toEqual(["UTC", "2026-11-24 23:41"]);
});

test("the time of a record is that of UTC", () => {
  expect(clockOf(AT)).toBe("2026-11-24 23:41:03");
  expect(utcOf(AT)).toBe("2026-11-24 23:41:03 UTC");
});
