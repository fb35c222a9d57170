import { expect, test } from "vitest";
import { answeringView } from "./answering";

const NOW = Date.parse("2026-11-25T10:00:00Z");
const OWN = Intl.DateTimeFormat().resolvedOptions().timeZone;
const WEEK = [
  ["09:00-12:30", "13:00-17:00"],
  ["09:00-12:30", "13:00-17:00"],
  ["09:00-12:30", "13:00-17:00"],
  ["09:00-15:00"],
  [],
  ["10:00-13:00"],
  [],
];

test("days with the same times are one line, and free days none", () => {
  const view = answeringView({ k: "answers", conv: "c", there: true, zone: OWN, week: WEEK }, NOW);
  expect(view?.time).toBe("same");
  expect(view?.hours).toEqual([
    { first: 0, last: 2, times: ["09:00-12:30", "13:00-17:00"] },
    { first: 3, last: 3, times: ["09:00-15:00"] },
    { first: 5, last: 5, times: ["10:00-13:00"] },
  ]);
});

test("hours of another zone are said in one's own time", () => {
  const here = -new Date(NOW).getTimezoneOffset() / 60;
  const zone = here === 3 ? "Etc/GMT-2" : "Etc/GMT-3"; // three hours ahead of UTC, or two
  const ahead = here - (here === 3 ? 2 : 3);
  const week = [["10:00-14:00"], [], [], [], [], [], []];
  const view = answeringView({ k: "answers", conv: "c", there: true, zone, week }, NOW);
  const two = (hour: number) => `${String(hour + ahead).padStart(2, "0")}:00`;
  expect(view).toMatchObject({ time: "own", hours: [{ times: [`${two(10)}-${two(14)}`] }] });
});

test("hours that would leave their day, or of a zone nobody knows, are said as they are kept", () => {
  const night = [["00:00-24:00"], [], [], [], [], [], []];
  for (const zone of ["Pacific/Kiritimati", "Nowhere/Atlantis"]) {
    const item = { k: "answers", conv: "c", there: true, zone, week: night } as const;
    expect(answeringView({ ...item, week: night }, NOW)).toMatchObject({
      time: "zone",
      zone,
      hours: [{ times: ["00:00-24:00"] }],
    });
  }
});

test("where nobody keeps hours nothing is said, and an absence is", () => {
  expect(answeringView(undefined, NOW)).toBeUndefined();
  expect(answeringView({ k: "answers", conv: "c", there: true }, NOW)).toBeUndefined();
  const changes = "2026-11-30T08:00:00.000000Z";
  const away = answeringView({ k: "answers", conv: "c", there: false, changes }, NOW);
  expect(away).toEqual({ there: false, changes, hours: [], time: "same" });
});

test("hours that never end are said in one word, in whatever zone they are kept", () => {
  const week = WEEK.map(() => ["00:00-24:00"]);
  for (const zone of [OWN, "Pacific/Kiritimati", "Nowhere/Atlantis"]) {
    const view = answeringView({ k: "answers", conv: "c", there: true, zone, week }, NOW);
    expect(view).toMatchObject({ always: true, hours: [], time: "same" });
  }
});

/** It is Wednesday noon in UTC. */
const NOON = Date.parse("2026-11-25T12:00:00Z");
const WORKDAYS = WEEK.map((_, day) => (day < 5 ? ["09:00-17:00"] : []));

test.each([
  ["at noon until tomorrow", NOON, "2026-11-26T09:00:00Z"],
  ["at noon for nobody knows how long", NOON, undefined],
  ["in the evening until next week", NOON + 8 * 3_600_000, "2026-12-01T09:00:00Z"],
  ["in the evening for nobody knows how long", NOON + 8 * 3_600_000, undefined],
])("who is away %s does not answer in the usual hours", (_, now, changes) => {
  const item = { k: "answers", conv: "c", there: false, zone: "UTC", week: WORKDAYS } as const;
  const view = answeringView({ ...item, ...(changes && { changes }) }, now);
  expect(view).toEqual({ there: false, changes, hours: [], time: "same" });
});

test("out of hours, and at the weekend, the usual hours are said", () => {
  const item = { k: "answers", conv: "c", there: false, zone: "UTC", week: WORKDAYS } as const;
  const evening = answeringView({ ...item, changes: "2026-11-26T09:00:00Z" }, NOON + 8 * 3_600_000);
  const saturday = answeringView(
    { ...item, changes: "2026-11-30T09:00:00Z" },
    NOON + 72 * 3_600_000,
  );
  for (const view of [evening, saturday]) expect(view?.hours).toHaveLength(1);
});

test("whoever is away from hours that never end is not said to answer around the clock", () => {
  const week = WEEK.map(() => ["00:00-24:00"]);
  const changes = "2026-11-26T09:00:00Z";
  const view = answeringView(
    { k: "answers", conv: "c", there: false, zone: OWN, week, changes },
    NOW,
  );
  expect(view).toEqual({ there: false, changes, hours: [], time: "same" });
});
