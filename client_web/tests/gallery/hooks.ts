/** Destinations of the gallery: as they are when all is well, and what can be wrong with them. */
import { at } from "../../src/views/gallery/rows";
import type * as wire from "../../src/wire/types.gen";
import { hookState } from "../fakes/console_hooks";

export type HookScene = "running" | "catching_up" | "differs" | "paused" | "away";

const compared = { ended_at: at(190), end: 78_400, differences: 0, doubles: 0, named: [] };
const lost: wire.HookDifference[] = Array.from({ length: 9 }, (_, i) => ({
  archive_index: 41_200 + i * 17,
  ...(i % 3 === 0 ? {} : { received_at: at(200 + i) }),
  found: (["missing", "missing", "changed"] as const)[i % 3] ?? "unknown",
}));

const hash = (first: string) => first.repeat(64).slice(0, 64);
const received = { count: 80_412, at: at(4), sha256: hash("9c41e7") };

/** Receipts of a busy morning: the newest came one by one, those of a backlog all at once. */
export const receiptRanges: readonly wire.ReceiptRange[] = [
  { number: 80_400, count: 12, first: 79_988, end: 80_000, began_at: at(40), ended_at: at(4) },
  { number: 76_304, count: 4_096, first: 75_904, end: 80_000, began_at: at(190), ended_at: at(41) },
  { number: 76_303, count: 1, first: 41_234, end: 41_235, began_at: at(195), ended_at: at(195) },
  { number: 0, count: 76_303, first: 0, end: 75_904, began_at: at(900), ended_at: at(196) },
].map((range) => ({ ...range, sha256: hash(String(range.count)) }));

/** Its name is long, it may see parts of some records only, and it cannot be read back. */
const webhook = hookState("surveillance-of-the-trading-floors-in-warsaw-and-frankfurt-01", {
  comparable: false,
  sees: "plaintext",
  without: ["addresses", "files.name"],
  limits: {
    classes: ["chat", "voice"],
    streams: [],
    types: ["message.*"],
    people: [
      { id: "a".repeat(32), name: "Anna Łęcka" },
      { id: "b".repeat(32), name: "Piotr Wiśniewski-Nowakowski" },
    ],
  },
  left_out: 9_120,
  sealed_only: 14,
  received,
});

export const hookScenes: Readonly<Record<HookScene, readonly wire.HookState[]>> = {
  running: [hookState("records", { compared: { ...compared, doubles: 12 }, received }), webhook],
  catching_up: [
    hookState("records", {
      cursor: 12_400,
      backlog: 67_600,
      rate: 3_380,
      age_s: 9_000,
      compared,
      received,
    }),
    hookState("siem", { sees: "headers", compared, comparing: 31_000, received }),
  ],
  differs: [
    hookState("records", {
      compared: { ...compared, differences: 9, named: lost, doubles: 1 },
      received,
    }),
    hookState("siem", {
      comparison_error: "the share does not answer: Input/output error",
      compared: { ...compared, differences: 1_240, named: lost },
      received,
    }),
  ],
  paused: [
    hookState("records", { state: "paused", backlog: 1_204, age_s: 15_000, compared, received }),
  ],
  away: [
    hookState("records", {
      state: "retrying",
      backlog: 310,
      age_s: 1_260,
      last_error: "the other side answers 503 Service Unavailable",
      comparable: false,
      received,
    }),
    hookState("locked-bucket", {
      state: "misconfigured",
      backlog: 80_000,
      cursor: 0,
      age_s: 400_000,
      last_error: "the other side let a record be deleted: lock the bucket",
    }),
    hookState("siem", {
      receipts: false,
      comparable: false,
      blocked_streams: 3,
      age_s: 7_000,
      last_error: "answers 422 to entry 61002",
    }),
  ],
};
