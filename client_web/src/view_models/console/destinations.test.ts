/** Destinations: shown again and again while somebody looks, and told what to do by who may. */
import { beforeEach, expect, test } from "vitest";
import { FakeClock, settle } from "../../../tests/fakes/clock";
import { Bar, Server, startedAt } from "../../../tests/fakes/console";
import { hookState } from "../../../tests/fakes/console_hooks";
import { Unreachable } from "../../session/failures";
import type * as wire from "../../wire/types.gen";
import { conditionOf, isStuck, timeLeft, waited } from "./destinations";

const AT = "2026-11-24T09:00:00.000000Z";
const compared = { ended_at: AT, end: 80_000, differences: 0, doubles: 0, named: [] };
let server: Server;
let clock: FakeClock;

beforeEach(() => {
  server = new Server();
  server.role = "administrator";
  server.hooksThere = [hookState("share", { compared }), hookState("siem", { comparable: false })];
  clock = new FakeClock();
});

async function pageOf() {
  const app = await startedAt("#/destinations", server, new Bar(), clock);
  await settle();
  const screen = app.screen.get();
  if (screen.kind !== "destinations") throw new Error(screen.kind);
  const { model } = screen;
  const one = (name: string) => {
    const found = model.state.get().hooks?.find((hook) => hook.name === name);
    if (found === undefined) throw new Error(name);
    return found;
  };
  return { app, model, one };
}

const looks = () => server.asked.filter((each) => each === "hooks").length;

test("it looks again every few seconds for as long as the page is shown", async () => {
  const { app } = await pageOf();
  expect(looks()).toBe(1);
  await clock.advance(15_000);
  expect(looks()).toBe(4);
  app.go({ kind: "firm" }, true);
  await clock.advance(60_000);
  expect(looks()).toBe(4);
});

/** Has each answer wait until it is let through, the first of them first. */
function slowly() {
  const answers: (() => void)[] = [];
  const soon = server.hooks.bind(server);
  server.hooks = async () => {
    const hooks = await soon();
    await new Promise<void>((resolve) => answers.push(resolve));
    return hooks;
  };
  return answers;
}

test("an answer that comes after the page was left begins nothing", async () => {
  const { app } = await pageOf();
  const answers = slowly();
  await clock.advance(5_000);
  app.go({ kind: "firm" }, true);
  answers[0]?.();
  await settle();
  await clock.advance(60_000);
  expect(looks()).toBe(2);
});

test("an answer from before an order does not undo what the order did", async () => {
  const { model, one } = await pageOf();
  const answers = slowly();
  await clock.advance(5_000);
  const paused = model.order({ hook: "share", verb: "pause" });
  await settle();
  answers[1]?.();
  await paused;
  answers[0]?.();
  await settle();
  expect(one("share").state).toBe("paused");
});

test("what is under way is looked at each second", async () => {
  server.become("share", { cursor: 12_000, backlog: 68_000 });
  await pageOf();
  await clock.advance(5_000);
  expect(looks()).toBe(6);
});

test("an error is shown beside what was known, and gone once the server answers", async () => {
  const { model } = await pageOf();
  server.role = "auditor";
  await clock.advance(5_000);
  expect(model.state.get().trouble?.code).toBe("wrong_role");
  expect(model.state.get().hooks).toHaveLength(2);
  server.role = "administrator";
  await clock.advance(5_000);
  expect(model.state.get().trouble).toBeUndefined();
});

test("what cannot be done is not offered", async () => {
  const { model, one } = await pageOf();
  const verbs = (part: Partial<wire.HookState>) => model.verbsOf({ ...one("share"), ...part });
  expect(verbs({})).toEqual(["compare", "replay", "pause"]);
  expect(verbs({ comparable: false })).toEqual(["replay", "pause"]);
  expect(verbs({ comparing: 500 })).toEqual(["replay", "pause"]);
  expect(verbs({ cursor: 0 })).toEqual(["compare", "pause"]);
  expect(verbs({ state: "retrying" })).toEqual(["retry", "replay", "pause"]);
  expect(verbs({ blocked_streams: 2 })).toEqual(["retry", "compare", "replay", "pause"]);
  expect(verbs({ state: "paused", blocked_streams: 2 })).toEqual(["replay", "resume"]);
  expect(verbs({ state: "starting" })).toEqual([]);
});

test("compliance sees everything, and is offered nothing to do", async () => {
  server.role = "compliance";
  const { model, one } = await pageOf();
  expect(model.state.get().hooks?.map(({ name }) => name)).toEqual(["share", "siem"]);
  expect(model.verbsOf({ ...one("share"), state: "retrying" })).toEqual([]);
});

test("an auditor does not come here", async () => {
  server.role = "auditor";
  const app = await startedAt("#/destinations", server, new Bar(), clock);
  expect([app.screen.get().kind, looks()]).toEqual(["streams", 0]);
});

test("a pause shows at once, and resuming undoes it", async () => {
  const { model, one } = await pageOf();
  await model.order({ hook: "share", verb: "pause" });
  expect(one("share").state).toBe("paused");
  await model.order({ hook: "share", verb: "resume" });
  expect(one("share").state).toBe("running");
  expect(server.looked).toEqual(["pause share", "resume share"]);
});

test("delivering again begins where it is told to, and shows how far it is", async () => {
  const { model, one } = await pageOf();
  await model.replay("share", 1_000);
  expect([one("share").cursor, conditionOf(one("share"))]).toEqual([1_000, "catching_up"]);
  expect(model.state.get().done).toEqual({ hook: "share", verb: "replay" });
  server.become("share", { cursor: 80_000, backlog: 0 });
  await clock.advance(1_000);
  expect(conditionOf(one("share"))).toBe("running");
  await clock.advance(15_000);
  expect(model.state.get().done).toBeUndefined();
});

test("a refusal is told with the destination that it is about, until the next order", async () => {
  const { model } = await pageOf();
  server.refusal = "nothing_to_replay";
  await model.replay("siem", 5);
  const { refused, done, busy } = model.state.get();
  expect([refused?.hook, refused?.trouble.code, done, busy]).toEqual([
    "siem",
    "nothing_to_replay",
    undefined,
    undefined,
  ]);
  await model.order({ hook: "share", verb: "pause" });
  expect(model.state.get().refused).toBeUndefined();
});

test("one order is given at a time", async () => {
  const { model } = await pageOf();
  const first = model.order({ hook: "share", verb: "pause" });
  expect(model.state.get().busy).toEqual({ hook: "share", verb: "pause" });
  await model.order({ hook: "siem", verb: "pause" });
  await first;
  expect(server.looked).toEqual(["pause share"]);
});

test("a comparison is awaited until it has ended, however soon that is", async () => {
  const { model, one } = await pageOf();
  await model.order({ hook: "share", verb: "compare" });
  expect(model.isCompared(one("share"))).toBe(true);
  expect(model.verbsOf(one("share"))).not.toContain("compare");
  server.become("share", { comparing: 4_000 });
  await clock.advance(1_000);
  expect([model.isCompared(one("share")), one("share").comparing]).toEqual([true, 4_000]);
  const named = [{ archive_index: 7, found: "missing" as const }];
  const found = { ...compared, ended_at: "2026-11-24T09:10:00.000000Z", differences: 1, named };
  server.endComparison("share", found);
  await clock.advance(1_000);
  expect([model.isCompared(one("share")), one("share").compared]).toEqual([false, found]);
});

test("a comparison that is refused is not awaited", async () => {
  const { model, one } = await pageOf();
  server.refusal = "not_comparable";
  await model.order({ hook: "siem", verb: "compare" });
  expect(model.isCompared(one("siem"))).toBe(false);
});

test("few entries that wait are no backlog, and who is paused or away catches up on nothing", () => {
  expect(conditionOf(hookState("h", { backlog: 100 }))).toBe("running");
  expect(conditionOf(hookState("h", { backlog: 101 }))).toBe("catching_up");
  expect(conditionOf(hookState("h", { backlog: 101, state: "paused" }))).toBe("paused");
  expect(isStuck(hookState("h", { state: "retrying" }))).toBe(true);
  expect(isStuck(hookState("h", { state: "paused" }))).toBe(false);
});

test("the time that is left follows from the pace, in the unit that says it best", () => {
  const left = (backlog: number, rate: number) => timeLeft(hookState("h", { backlog, rate }));
  expect(left(67_600, 3_380)).toEqual({ unit: "minutes", count: 20 });
  expect(left(5, 600)).toEqual({ unit: "minutes", count: 1 });
  expect(left(600_000, 1_000)).toEqual({ unit: "hours", count: 10 });
  expect(left(600_000, 100)).toEqual({ unit: "days", count: 4 });
  expect(left(600_000, 0)).toBeUndefined();
  expect(waited(hookState("h", { age_s: 59 }))).toBeUndefined();
  expect(waited(hookState("h", { age_s: 1_200 }))).toEqual({ unit: "minutes", count: 20 });
});

test("receipts are asked for when somebody opens them", async () => {
  const { model } = await pageOf();
  server.rangesThere = [
    { number: 0, count: 3, first: 2, end: 5, began_at: AT, ended_at: AT, sha256: "ab" },
  ];
  expect(model.state.get().receipts.get("share")).toBeUndefined();
  await model.openReceipts("share");
  expect(server.asked).toContain("receipts share");
  expect(model.state.get().receipts.get("share")).toEqual({ ranges: server.rangesThere });
});

test("receipts that did not come are asked for again, and the page's looks do not hide why", async () => {
  const { model } = await pageOf();
  const whole = server.receiptRanges.bind(server);
  server.receiptRanges = () => Promise.reject(new Unreachable("offline"));
  await model.openReceipts("share");
  await clock.advance(15_000);
  const shown = () => model.state.get().receipts.get("share");
  expect(shown()?.trouble).toBeDefined();
  server.receiptRanges = whole;
  const again = model.openReceipts("share");
  expect(shown()?.trouble).toBeUndefined();
  await again;
  expect(shown()).toEqual({ ranges: server.rangesThere });
});
