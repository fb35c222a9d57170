import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { saidAt } from "../session/moments";
import { isQuiet } from "../session/quiet";
import type { Marks, PersonStatus, QuietHours } from "../wire/types.gen";
import { isHeard } from "./alerts_model";
import { mutingOf } from "./marker";

/** One case, and what the server finds (tools/alert_vectors.py). */
interface Vector {
  readonly now: string;
  readonly last: number;
  readonly known: number;
  readonly unread: number;
  readonly mentioned: number;
  readonly marks: Marks | null;
  readonly quiet: QuietHours | null;
  readonly status: PersonStatus | null;
  readonly told: boolean;
}

const file = new URL("../../../tests/alert_vectors.json", import.meta.url);
const vectors: readonly Vector[] = JSON.parse(readFileSync(file, "utf8"));

/** As SessionAlerts decides. */
function told({ quiet, status, marks, ...one }: Vector): boolean {
  const now = Date.parse(one.now);
  if (quiet !== null && isQuiet(quiet, now)) return false;
  if (saidAt(status === null ? {} : { status }, now).status?.quiet === true) return false;
  const item = { unread: one.unread, ...mutingOf(marks ?? undefined, now) };
  return isHeard({ last_msg_no: one.last, mentioned: one.mentioned }, item, one.known);
}

test("a page tells of what the server would push, in every case", () => {
  expect(vectors.map((vector) => ({ ...vector, told: told(vector) }))).toEqual(vectors);
  expect(vectors.filter((vector) => vector.told).length).toBeGreaterThan(50);
});

test("control: each part of the rule decides in some case", () => {
  const differs = (change: Partial<Vector>) =>
    vectors.some((vector) => told({ ...vector, ...change }) !== vector.told);
  for (const change of [
    { quiet: null },
    { status: null },
    { marks: null },
    { mentioned: 0 },
    { unread: 1 },
    { known: 0 },
  ]) {
    expect([change, differs(change)]).toEqual([change, true]);
  }
});
