import { beforeEach, expect, test, vi } from "vitest";
import { Bar, CONVERSATION, Server, startedAt } from "../../../tests/fakes/console";
import { olga } from "../../../tests/fakes/console_desk";
import schema from "../../wire/schema.json";
import type * as wire from "../../wire/types.gen";
import type { ConsoleScreen } from "./console";
import { shownCode } from "./login";
import { factsOf } from "./record";
import { MOST_PEOPLE } from "./search";

let server: Server;
let bar: Bar;

const started = (fragment: string) => startedAt(fragment, server, bar);

function benchOf(screen: ConsoleScreen) {
  if (screen.kind !== "case") throw new Error(screen.kind);
  return screen.model;
}

beforeEach(() => {
  server = new Server();
  bar = new Bar();
});

test("whoever has no password chooses one before anything of the console is there", async () => {
  server.chosen = undefined;
  const app = await started("#/case/C-1");
  const screen = app.screen.get();
  if (screen.kind !== "first_password") throw new Error(screen.kind);
  await screen.model.choose("three unrelated words", undefined);
  expect(server.chosen).toBe("three unrelated words");
  expect(app.screen.get().kind).toBe("case");
});

test("links that somebody else used are told to compliance until one closes the report", async () => {
  const times = { used_at: "", reported_at: "" };
  server.linksReported = [
    { id: "r", person: "p", name: "Anna", device: "Firefox", address: "192.0.2.7", ...times },
  ];
  const app = await started("#/cases");
  const screen = app.screen.get();
  if (screen.kind !== "cases") throw new Error(screen.kind);
  await vi.waitFor(() => expect(screen.desk.linkReports.get()).toHaveLength(1));
  await screen.desk.closeLinkReport("r");
  expect(screen.desk.linkReports.get()).toEqual([]);
  expect(server.asked).toContain("close link report r");
});

test("a view that was sent looks at nothing until the person says so", async () => {
  const app = await started(`#/case/C-1?words=fee&read=${CONVERSATION}&at=3`);
  const bench = benchOf(app.screen.get());
  expect(server.looked).toEqual([]);
  expect(bench.search.state.get().fields.words).toBe("fee");
  await bench.search.run();
  await bench.transcript.open();
  expect(server.looked).toEqual(['search {"words":"fee"}', `range ${CONVERSATION}`]);
});

test("the reason that was shown before a look is the one that is sent", async () => {
  const app = await started(`#/case/C-1?why=second%20complaint&read=${CONVERSATION}`);
  await benchOf(app.screen.get()).open();
  expect(server.looked).toEqual([`range ${CONVERSATION} second complaint`]);
});

test("a reason of its own is asked for where the server says so, and goes with that look alone", async () => {
  server.outside.add(CONVERSATION);
  const app = await started(`#/case/C-1?read=${CONVERSATION}&in=${CONVERSATION}`);
  const bench = benchOf(app.screen.get());
  const opening = bench.open();
  await vi.waitFor(() => expect(bench.reasons.state.get()?.looking).toBe("range"));
  bench.reasons.cancel();
  await opening;
  expect(bench.transcript.state.get()).toMatchObject({
    busy: false,
    rows: [],
    trouble: { code: "reason_needed" },
  });

  const search = bench.search.run();
  await vi.waitFor(() => expect(bench.reasons.state.get()?.looking).toBe("search"));
  bench.reasons.give("why");
  await vi.waitFor(() => expect(bench.reasons.state.get()?.refused).toBe(true));
  bench.reasons.give("second complaint");
  await search;
  expect(bench.search.state.get().trouble).toBeUndefined();
  await bench.open();
  expect(bench.reasons.state.get()).toBeUndefined();
  expect(server.looked).toEqual([
    `search {"conversation":"${CONVERSATION}","reason":"second complaint"}`,
    `range ${CONVERSATION}`,
  ]);
});

test("what is asked for ends with the case", async () => {
  server.outside.add(CONVERSATION);
  const app = await started(`#/case/C-1?read=${CONVERSATION}`);
  const bench = benchOf(app.screen.get());
  const ordering = bench.order({ span: { conversation: CONVERSATION } });
  await vi.waitFor(() => expect(bench.reasons.state.get()?.looking).toBe("export"));
  bench.close();
  expect(await ordering).toMatchObject({ code: "reason_needed" });
  expect(bench.reasons.state.get()).toBeUndefined();
});

test("an opened range is read to its end, and stays open while its tab is left", async () => {
  const app = await started(`#/case/C-1?read=${CONVERSATION}`);
  const bench = benchOf(app.screen.get());
  await bench.transcript.open();
  bench.show("exports");
  bench.show("work");
  const { rows, complete } = bench.transcript.state.get();
  expect(rows.map(({ conv_seq }) => conv_seq)).toEqual([1, 2, 3, 4, 5]);
  expect(complete).toBe(true);
});

test("the address says what was asked, and an order that is refused says why", async () => {
  const bench = benchOf((await started("#/case/C-1")).screen.get());
  bench.search.fill({ words: " fee ", fromDay: "2026-11-01" });
  await bench.search.run();
  expect(bar.read()).toBe("#/case/C-1?words=%20fee%20&from=2026-11-01");
  expect(await bench.exports.order({ search: 2 })).toMatchObject({ code: "too_many_exports" });
});

test("a search asks for what any of several people did, and the address names them all", async () => {
  const [clara, ben] = ["c1".repeat(16), "be".repeat(16)];
  const { search } = benchOf((await started(`#/case/C-1?person=${clara}`)).screen.get());
  search.addPerson(ben);
  search.addPerson(olga.id);
  search.addPerson(ben);
  search.dropPerson(clara);
  await search.run();
  const query = { people: [ben, olga.id], person_as: "member" };
  expect(server.looked).toEqual([`search ${JSON.stringify(query)}`]);
  expect(bar.read()).toBe(`#/case/C-1?person=${ben}&person=${olga.id}`);
  search.clear();
  expect(search.state.get().fields.people).toEqual([]);
});

test("no more people are taken than the server takes", async () => {
  const { search } = benchOf((await started("#/case/C-1")).screen.get());
  for (let number = 0; number <= MOST_PEOPLE; number += 1) search.addPerson(`${number}`);
  const { people } = search.state.get().fields;
  expect(people).toHaveLength(MOST_PEOPLE);
  expect(people).not.toContain(`${MOST_PEOPLE}`);
  expect(schema.$defs.Query.properties.people).toMatchObject({ maxItems: MOST_PEOPLE });
});

test("the case's record names everybody whom a search was about", async () => {
  const app = await started("#/case/C-1");
  const { desk } = benchOf(app.screen.get());
  const look = (facts: wire.AccessRecord["facts"]) => factsOf({ facts } as wire.AccessRecord, desk);
  const unknown = "be".repeat(16);
  expect(look({ person: olga.id })).toEqual([{ key: "person", value: "Olga" }]);
  expect(look({ person: olga.id, more_people: `${unknown} ${olga.id}` })).toEqual([
    { key: "people", value: "Olga, bebebebe, Olga" },
  ]);
});

test("another officer's case leads to one's own, with the same view", async () => {
  const app = await started("#/case/X-9?words=fee");
  app.otherCase();
  const screen = app.screen.get();
  if (screen.kind !== "cases") throw new Error(screen.kind);
  expect(screen.goOn).toBe(true);
  screen.model.choose("C-1");
  expect(bar.read()).toBe("#/case/C-1?words=fee");
});

test("a session that ended asks to sign in again", async () => {
  const app = await started("#/case/C-1?words=fee");
  const bench = benchOf(app.screen.get());
  server.session = false;
  await bench.search.run();
  const screen = app.screen.get();
  expect(screen.kind === "sign_in" && screen.model.state.get().reason).toBe("session_ended");
});

test("a code is shown as the command line shows it", () => {
  expect([shownCode("VBBCZWCG"), shownCode("VBBC-ZWCG")]).toEqual(["VBBC-ZWCG", "VBBC-ZWCG"]);
});
