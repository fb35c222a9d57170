import { expect, test } from "vitest";
import { ANNA, BEN } from "../../tests/fakes/world";
import { Roster } from "../session/roster";
import type { Row } from "../session/rows";
import { wireTime } from "../session/times";
import { PeopleBook } from "./people_book";
import { type Ingredients, TimelineRows } from "./timeline_rows";

const FRAME_MS = 1000 / 60;

function message(number: number): Row {
  return {
    type: "message.sent",
    event_id: number.toString(16).padStart(32, "0"),
    conv: "c",
    conv_seq: number + 1,
    msg_no: number,
    actor: number % 3 === 0 ? ANNA : BEN,
    at: wireTime(1.8e12 + number * 60_000),
    text: `message ${number}`,
  };
}

test("10,000 rows are made again within a frame when one is added, and only that one is new", () => {
  const dayOf = (time: number) => new Date(time).toDateString();
  const maker = new TimelineRows(new PeopleBook(new Roster(ANNA), ANNA, () => 0), ANNA, dayOf);
  const base: Omit<Ingredients, "rows"> = {
    atEnd: true,
    outbox: [],
    conversation: undefined,
    divider: undefined,
    editableFrom: 0,
    signs: undefined,
    mayComplain: true,
    categories: [],
    mayForward: true,
    closed: false,
  };
  let rows = Array.from({ length: 10_000 }, (_, i) => message(i + 1));
  let before = maker.make({ ...base, rows });
  const times: number[] = [];
  for (let i = 0; i < 11; i += 1) {
    rows = [...rows, message(10_001 + i)];
    const start = process.cpuUsage();
    const made = maker.make({ ...base, rows });
    const { user, system } = process.cpuUsage(start);
    times.push((user + system) / 1000);
    const known = new Set(before);
    // The new one, perhaps its day, and the end of the run before it.
    expect(made.filter((row) => !known.has(row)).length).toBeLessThanOrEqual(3);
    before = made;
  }
  // Milliseconds of processor time, the best of them: collecting garbage only adds.
  const took = Math.min(...times);
  expect(took, `${took.toFixed(1)} ms for 10,000 rows`).toBeLessThan(3 * FRAME_MS);
});
