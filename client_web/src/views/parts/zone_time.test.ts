import { expect, test } from "vitest";
import { isElsewhere, timeIn } from "./zone_time";

test("a clock elsewhere is read in its own zone, and an unknown zone has none", () => {
  const noon = Date.parse("2026-07-01T12:00:00Z");
  expect(timeIn("Europe/Warsaw", noon, "pl")).toBe("14:00");
  expect(timeIn("Asia/Tokyo", noon, "en")).toBe("21:00");
  expect(timeIn("Europe/Atlantis", noon, "en")).toBeUndefined();
});

test("only a clock that shows something else is elsewhere", () => {
  const at = Date.parse("2026-11-24T19:13:00Z");
  expect(isElsewhere("Europe/Warsaw", at, "Europe/Berlin")).toBe(false);
  expect(isElsewhere("Europe/Warsaw", at, "Europe/Warsaw")).toBe(false);
  expect(isElsewhere("Europe/London", at, "Europe/Warsaw")).toBe(true);
  expect(isElsewhere("Pacific/Kiritimati", at, "Pacific/Honolulu")).toBe(true);
  expect(isElsewhere("No/Where", at, "Europe/Warsaw")).toBe(false);
});
