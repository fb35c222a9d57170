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
  const view = answeringView({ k: "answers", conv: "c", there: false, zone, week }, NOW);
  const two = (hour: number) => `${String(hour + ahead).padStart(2, "0")}:00`;
  expect(view).toMatchObject({ time: "own", hours: [{ times: [`${two(10)}-${two(14)}`] }] });
});

test("hours that would leave their day, or of a zone nobody knows, are said as they are kept", () => {
  const night = [["00:00-24:00"], [], [], [], [], [], []];
  for (const zone of ["Pacific/Kiritimati", "Nowhere/Atlantis"]) {
    const item = { k: "answers", conv: "c", there: false, zone, week: night } as const;
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
