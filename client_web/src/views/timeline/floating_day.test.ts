import { expect, test } from "vitest";
import type { TimelineRow } from "../../view_models/timeline";
import { FLOATING, FLOATS, floatingDay } from "./floating_day";

const MONDAY = "2026-11-23T09:00:00.000Z";
const TUESDAY = "2026-11-24T09:00:00.000Z";
const ROWS: TimelineRow[] = [
  { kind: "day", key: "monday", at: MONDAY },
  { kind: "notice", key: "one", at: MONDAY } as TimelineRow,
  { kind: "day", key: "tuesday", at: TUESDAY },
  { kind: "notice", key: "two", at: TUESDAY } as TimelineRow,
];
const PLACES = ROWS.map((row, index) => ({
  key: row.key,
  index,
  start: 16 + index * 50,
  end: 66 + index * 50,
}));
const TUESDAY_AT = 116;

test("a separator in view says its day itself", () => {
  expect(floatingDay(0, PLACES, ROWS)).toBeUndefined();
});

test("the floating day stands in for a separator that came up to its place", () => {
  expect(floatingDay(16 + FLOATS, PLACES, ROWS)).toEqual({ at: MONDAY, covers: "monday" });
});

test("the floating day is that of the first row in view", () => {
  expect(floatingDay(67, PLACES, ROWS)).toEqual({ at: MONDAY, covers: undefined });
});

test("the floating day makes way for the next separator", () => {
  const meets = TUESDAY_AT + FLOATS - FLOATING;
  expect(floatingDay(meets, PLACES, ROWS)?.at).toBe(MONDAY);
  expect(floatingDay(meets + 1, PLACES, ROWS)).toBeUndefined();
  expect(floatingDay(TUESDAY_AT + FLOATS, PLACES, ROWS)).toEqual({
    at: TUESDAY,
    covers: "tuesday",
  });
});
