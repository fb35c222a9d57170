import { beforeEach, expect, test } from "vitest";
import { FakeClock, settle } from "../../../tests/fakes/clock";
import { Bar, Server, startedAt } from "../../../tests/fakes/console";
import type * as wire from "../../wire/types.gen";
import { categoryIn } from "../complaints";
import type { ComplaintList } from "./complaints";

let server: Server;
let bar: Bar;

function complaint(
  reference: string,
  more: Partial<wire.ListedComplaint> = {},
): wire.ListedComplaint {
  const [first_at, last_at] = ["2026-11-01T00:00:00Z", "2026-11-24T00:00:00Z"];
  const about = { members: ["anna", "clara"], former: [], outside: true, last_seq: 9 };
  return {
    id: `id of ${reference}`,
    reference,
    category: "fees",
    about: "Fees",
    person: "clara",
    conversation: {
      id: "talk",
      kind: "direct",
      title: "Clara’s talk",
      first_at,
      last_at,
      ...about,
    },
    conv_seq: 7,
    at: last_at,
    due: "2026-12-24T00:00:00Z",
    state: "open",
    overdue: false,
    ...more,
  };
}

beforeEach(() => {
  server = new Server();
  bar = new Bar();
  server.complaintsThere.push(
    complaint("C-1", { overdue: true, target_seq: 4 }),
    complaint("C-2"),
    complaint("C-3"),
    complaint("C-4", { state: "answered" }),
  );
});

async function listAt(fragment: string) {
  const clock = new FakeClock();
  const app = await startedAt(fragment, server, bar, clock);
  await settle();
  const screen = app.screen.get();
  if (screen.kind !== "complaints") throw new Error(screen.kind);
  return { app, clock, model: screen.model };
}

const references = (model: ComplaintList) =>
  model.state.get().complaints?.map(({ reference }) => reference);

test("the open ones are listed, page by page, and how many are overdue is said", async () => {
  const { model } = await listAt("#/complaints");
  expect(references(model)).toEqual(["C-1", "C-2"]);
  expect(model.state.get()).toMatchObject({ open: 3, overdue: 1, more: true, busy: false });
  await model.loadMore();
  expect(references(model)).toEqual(["C-1", "C-2", "C-3"]);
  expect(model.state.get().more).toBe(false);
  expect(model.desk.conversationName("talk")).toBe("Clara’s talk");
});

test("what is typed is asked for once, a moment after", async () => {
  const { model, clock } = await listAt("#/complaints");
  const asked = server.asked.length;
  for (const reference of ["C", "C-", "C-2"]) model.narrow({ reference });
  expect(server.asked).toHaveLength(asked);
  await clock.advance(1_000);
  expect(server.asked).toHaveLength(asked + 1);
  expect(references(model)).toEqual(["C-2"]);
});

test("the address says what is listed, and a colleague's view lists the same", async () => {
  const { model } = await listAt("#/complaints");
  model.narrow({ state: "answered", person: "anna", category: "fees" });
  await settle();
  expect(references(model)).toEqual(["C-4"]);
  expect(bar.read()).toBe("#/complaints?state=answered&with=anna&about=fees");
  const { model: theirs } = await listAt(bar.read());
  expect(theirs.state.get().fields).toEqual(model.state.get().fields);
  expect(references(theirs)).toEqual(["C-4"]);
});

test("what it is about is said in the reader's language, and as it was chosen where it is gone", () => {
  const words = { en: "Fees and charges", pl: "Opłaty i prowizje" };
  const named = (category: string, language: string) => {
    const filed = complaint("C-1", { category, about: "As chosen" });
    return categoryIn(language, filed, [{ category: "fees", words }]);
  };
  expect([named("fees", "pl"), named("fees", "en")]).toEqual([words.pl, words.en]);
  expect([named("gone", "pl"), named("fees", "de")]).toEqual(["As chosen", "As chosen"]);
});

test("reading one goes through the cases, and stands at the message with the reference as reason", async () => {
  const { app, model } = await listAt("#/complaints");
  const [first, second] = model.state.get().complaints ?? [];
  if (first === undefined || second === undefined) throw new Error("not listed");
  model.open(first);
  await settle();
  const cases = app.screen.get();
  if (cases.kind !== "cases") throw new Error(cases.kind);
  expect(cases.goOn).toBe(true);
  expect(server.looked).toEqual([]);
  cases.model.choose("C-1");
  await settle();
  const bench = app.screen.get();
  if (bench.kind !== "case") throw new Error(bench.kind);
  expect(bench.model.transcript.state.get().reading).toMatchObject({ conversation: "talk", at: 4 });
  expect(bench.model.search.state.get().fields.reason).toBe("C-1");
  expect(bench.model.transcript.state.get().range).toBeUndefined();
  model.open(second);
  expect(decodeURIComponent(decodeURIComponent(bar.read()))).toContain("at=7");
});

test("nobody but compliance comes here", async () => {
  server.role = "auditor";
  const app = await startedAt("#/complaints", server, bar);
  await settle();
  expect(app.screen.get().kind).toBe("streams");
  expect(server.asked.filter((each) => each.startsWith("complaints"))).toEqual([]);
});

test("what is new is counted each minute, until all that is open has been listed", async () => {
  server.unreadComplaints = 2;
  const { app, clock, model } = await listAt("#/complaints");
  const screen = app.screen.get();
  if (screen.kind !== "complaints") throw new Error(screen.kind);
  const { unread } = screen.desk;
  expect(unread.get()).toBe(2); // the first page lacks one that is open
  await model.loadMore();
  expect(server.asked).toContain("complaints seen 40");
  expect(unread.get()).toBe(0);
  server.unreadComplaints = 1;
  clock.advance(60_000);
  await settle();
  expect(unread.get()).toBe(1);
  await app.signOut();
  server.unreadComplaints = 3;
  clock.advance(60_000);
  await settle();
  expect(unread.get()).toBe(1); // nobody counts any more
});
