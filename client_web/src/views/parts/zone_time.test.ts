import { expect, test } from "vitest";
import { timeIn } from "./zone_time";

test("a clock elsewhere is read in its own zone, and an unknown zone has none", () => {
  const noon = Date.parse("2026-07-01T12:00:00Z");
  expect(timeIn("Europe/Warsaw", noon, "pl")).toBe("14:00");
  expect(timeIn("Asia/Tokyo", noon, "en")).toBe("21:00");
  expect(timeIn("Europe/Atlantis", noon, "en")).toBeUndefined();
});
