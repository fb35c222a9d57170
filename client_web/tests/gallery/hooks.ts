/** Destinations of the gallery: as they are when all is well, and what can be wrong with them. */
import { at } from "../../src/views/gallery/rows";
import type * as wire from "../../src/wire/types.gen";
import { hookState } from "../fakes/console_hooks";

export type HookScene = "running" | "catching_up" | "differs" | "paused" | "away";

const compared = { ended_at: at(190), end: 78_400, differences: 0, doubles: 0, named: [] };
const lost: wire.HookDifference[] = Array.from({ length: 9 }, (_, i) => ({
  archive_index: 41_200 + i * 17,
  found: (["missing", "missing", "changed"] as const)[i % 3] ?? "unknown",
}));

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
});

export const hookScenes: Readonly<Record<HookScene, readonly wire.HookState[]>> = {
  running: [hookState("records", { compared: { ...compared, doubles: 12 } }), webhook],
  catching_up: [
    hookState("records", { cursor: 12_400, backlog: 67_600, rate: 3_380, age_s: 9_000, compared }),
    hookState("siem", { sees: "headers", compared, comparing: 31_000 }),
  ],
  differs: [
    hookState("records", { compared: { ...compared, differences: 9, named: lost, doubles: 1 } }),
    hookState("siem", {
      comparison_error: "the share does not answer: Input/output error",
      compared: { ...compared, differences: 1_240, named: lost },
    }),
  ],
  paused: [hookState("records", { state: "paused", backlog: 1_204, age_s: 15_000, compared })],
  away: [
    hookState("records", {
      state: "retrying",
      backlog: 310,
      age_s: 1_260,
      last_error: "the other side answers 503 Service Unavailable",
      comparable: false,
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
