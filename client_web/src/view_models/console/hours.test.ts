import { beforeEach, expect, test } from "vitest";
import { settle } from "../../../tests/fakes/clock";
import { Bar, Server, startedAt } from "../../../tests/fakes/console";
import { USUAL_DAYS } from "../hours";
import type { OfficeHours } from "./hours";

const CHRISTMAS = { date: "2026-12-25", name: "Christmas Day" };
let server: Server;

beforeEach(() => {
  server = new Server();
  server.role = "administrator";
});

async function screen(): Promise<OfficeHours> {
  const app = await startedAt("#/hours", server, new Bar());
  await settle();
  const shown = app.screen.get();
  if (shown.kind !== "hours") throw new Error(shown.kind);
  return shown.model;
}

test("a firm without hours is offered the usual ones, which hold once they are kept", async () => {
  const model = await screen();
  expect(model.state.get()).toMatchObject({
    kept: false,
    draft: { zone: "Europe/Warsaw", lines: USUAL_DAYS },
    ahead: [],
  });
  model.write({ lines: ["9-12, 13-17", "", "", "9-17", "9-17", "", ""] });
  await model.tryOut();
  expect(model.state.get().ahead.map(({ hours }) => hours)).toEqual([
    ["09:00-17:00"],
    ["09:00-17:00"],
  ]);
  expect(server.looked).toEqual([]);
  await model.keep();
  expect(server.looked).toEqual(["hours Europe/Warsaw 09:00-12:00 13:00-17:00"]);
  expect(model.state.get()).toMatchObject({ kept: true, changed: false, done: "kept" });
});

test("holidays are added, read from a file and removed, and shown before they hold", async () => {
  const model = await screen();
  await model.addHoliday({ date: "2026-12-24", name: "Eve", closed: "12:00-24:00" });
  await model.read("Christmas Day");
  await model.read("Christmas Day");
  expect(model.state.get().draft.holidays.map(({ name }) => name)).toEqual([
    "Eve",
    "Christmas Day",
  ]);
  expect(model.state.get().ahead[1]).toMatchObject({ hours: [], holidays: ["Christmas Day"] });
  const [eve] = model.state.get().draft.holidays;
  if (eve !== undefined) await model.removeHoliday(eve);
  expect(model.state.get()).toMatchObject({ changed: true, draft: { holidays: [CHRISTMAS] } });
  await model.keep();
  expect(server.officeHours.plan?.holidays).toEqual([CHRISTMAS]);
});

test("a line that is not understood keeps nothing", async () => {
  const model = await screen();
  model.write({ lines: ["nine to five", "", "", "", "", "", ""] });
  await model.tryOut();
  await model.keep();
  expect(server.looked).toEqual([]);
});

test("what somebody else has changed meanwhile is not replaced", async () => {
  const model = await screen();
  server.officeHours = { ...server.officeHours, version: "another" };
  await model.keep();
  expect(model.state.get()).toMatchObject({ trouble: { code: "hours_changed" }, busy: false });
  expect(server.looked).toEqual([]);
});

test("a file that cannot be read is said, and a firm can keep no hours", async () => {
  const model = await screen();
  await model.read("");
  expect(model.state.get().trouble?.code).toBe("bad_holiday");
  await model.keep();
  await model.clear();
  expect(model.state.get()).toMatchObject({ kept: false, done: "cleared" });
});

test("who waits is listed, and looked at again", async () => {
  const waits = {
    conversation: "c",
    client: "Clara",
    since: "2026-11-24T09:00:00.000000Z",
    office_minutes: 75,
    alarm: 1 as const,
    answering: ["Anna"],
  };
  server.clientsWaiting = [waits];
  const model = await screen();
  expect(model.state.get().waiting).toEqual([waits]);
  server.clientsWaiting = [];
  await model.look();
  expect(model.state.get().waiting).toEqual([]);
});

test("where nobody answers any more, an administrator has somebody answer", async () => {
  const since = "2026-11-24T09:00:00.000000Z";
  const about = { conversation: "conv", client: "Clara", since, office_minutes: 0 };
  const account = { kind: "employee", org: "Bank", outside: false, active: true } as const;
  server.people.push({ ...account, id: "otto", name: "Otto", role: "auditor" });
  server.people.push({ ...account, id: "olga", name: "Olga", role: "advisor" });
  server.clientsWaiting = [{ ...about, alarm: 2, answering: ["Anna"] }];
  const model = await screen();
  expect(model.state.get().advisors).toEqual([]);
  server.clientsWaiting = [{ ...about, alarm: 2, answering: [] }];
  await model.look();
  expect(model.state.get().advisors.map(({ name }) => name)).toEqual(["Olga"]);
  await model.putIn("conv", "olga");
  expect(server.looked).toEqual(["hand_over conv olga"]);
  expect(model.state.get()).toMatchObject({ done: "passed", busy: false });
});
