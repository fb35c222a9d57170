/** The list of reports: the newest first, page by page; a message is read in a case. */
import { beforeEach, expect, test } from "vitest";
import { FakeClock, settle } from "../../../tests/fakes/clock";
import { Bar, Server, startedAt } from "../../../tests/fakes/console";
import type * as wire from "../../wire/types.gen";
import { stateOf } from "./reports";

let server: Server;
let bar: Bar;

function report(number: number): wire.ListedReport {
  const [first_at, last_at] = ["2026-11-01T00:00:00Z", "2026-11-24T00:00:00Z"];
  const about = { members: ["anna", "clara"], former: [], outside: true, last_seq: 9 };
  const conversation = { id: "talk", kind: "direct" as const, first_at, last_at, ...about };
  const who = { person: "clara", author: "anna" };
  const reason = "rules" as const;
  return {
    number,
    reference: `R-${number}`,
    conversation,
    conv_seq: 7,
    at: last_at,
    reason,
    handled: {},
    ...who,
  };
}

beforeEach(() => {
  server = new Server();
  bar = new Bar();
  server.reportsThere.push(report(3), report(2), report(1));
});

async function listAt() {
  const app = await startedAt("#/reports", server, bar, new FakeClock());
  await settle();
  const screen = app.screen.get();
  if (screen.kind !== "reports") throw new Error(screen.kind);
  return { app, model: screen.model };
}

test("pages follow each other by number, and each is asked for once", async () => {
  const { model } = await listAt();
  const numbers = () => model.state.get().reports?.map(({ number }) => number);
  expect([numbers(), model.state.get().more]).toEqual([[3, 2], true]);
  await model.loadMore();
  expect([numbers(), model.state.get().more]).toEqual([[3, 2, 1], false]);
  expect(server.asked.filter((each) => each.startsWith("reports"))).toHaveLength(2);
});

test("a message is read in a case, with the report's name as its reason", async () => {
  const { app, model } = await listAt();
  model.open(report(3));
  await settle();
  expect(app.screen.get().kind).toBe("cases");
  expect(decodeURIComponent(decodeURIComponent(bar.read()))).toMatch(/R-3.*at=7/);
});

test("a report is looked at, then closed with a word, and found by where it stands", async () => {
  const { model } = await listAt();
  const [first] = model.state.get().reports ?? [];
  if (first === undefined) throw new Error("no report");
  const now = () => model.state.get().reports?.map((one) => [one.number, stateOf(one)]);
  await model.look(first);
  expect(now()).toEqual([
    [3, "looked_at"],
    [2, "open"],
  ]);
  await model.close(first, "Spoke with both.");
  expect(model.state.get().reports?.[0]?.handled.closed?.text).toBe("Spoke with both.");
  await model.choose("closed");
  expect(now()).toEqual([[3, "closed"]]);
  await model.choose("open");
  expect(now()).toEqual([
    [2, "open"],
    [1, "open"],
  ]);
});

test("where somebody else was first, the list says so and is read anew", async () => {
  const { model } = await listAt();
  const [first] = model.state.get().reports ?? [];
  if (first === undefined) throw new Error("no report");
  await server.closeReport(first.number, { text: "Done by another." });
  await model.close(first, "Too late.");
  const { reports, trouble, busy } = model.state.get();
  expect([trouble?.code, busy]).toEqual(["report_closed", false]);
  expect(reports?.[0]?.handled.closed?.text).toBe("Done by another.");
});

test("nobody but compliance comes here", async () => {
  server.role = "auditor";
  const app = await startedAt("#/reports", server, bar);
  expect(app.screen.get().kind).toBe("streams");
  expect(server.asked.filter((each) => each.startsWith("reports"))).toEqual([]);
});
