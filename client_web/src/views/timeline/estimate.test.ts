import { expect, test } from "vitest";
import type { TimelineRow } from "../../view_models/timeline";
import { estimateRow } from "./estimate";

const LOG = 960;

function message(text: string): TimelineRow {
  return { kind: "message", key: text, text, files: [], runStart: true, mine: false } as never;
}

test("a row of one, two and three lines is estimated in whole pixels", () => {
  const tall = [40, 120, 200].map((length) => estimateRow(message("x".repeat(length)), LOG));
  expect(tall).toEqual([67, 89, 110]);
});
