import { expect, test } from "vitest";
import { assuranceView, standingOf } from "./assurance";

const DAY = 86_400_000;
const NOW = Date.parse("2026-11-24T12:00:00Z");
const at = (days: number) => new Date(NOW + days * DAY).toISOString();
const by = (more: object) =>
  assuranceView({ proof: "code", proved_at: at(-1), until: at(89), ...more }, "Anna");

test("a level holds until its time, and says since when nobody has made sure", () => {
  expect(standingOf(by({}), NOW).level).toBe("code");
  expect(standingOf(by({ proof: "passkey" }), NOW).level).toBe("passkey");
  const confirmation = { until: at(5), how: "video", by: "a" };
  expect(standingOf(by({ confirmation }), NOW).level).toBe("advisor_confirmed");
  expect(standingOf(by({ confirmation }), NOW + 5 * DAY).level).toBe("code");
  // A passkey says who it is, an advisor's word adds nothing to show.
  expect(standingOf(by({ confirmation, proof: "passkey" }), NOW).level).toBe("passkey");
  expect(standingOf(by({}), NOW + 89 * DAY)).toEqual({ level: "overdue", since: at(-1) });
  expect(standingOf(by({ proof: "passkey" }), NOW + 89 * DAY).level).toBe("overdue");
  // The word may last longer than the code.
  const late = { until: at(100), how: "voice", by: "a" };
  expect(standingOf(by({ confirmation: late }), NOW + 95 * DAY).level).toBe("advisor_confirmed");
  expect(standingOf(by({ proof: "none", confirmation: late }), NOW).level).toBe("none");
});
