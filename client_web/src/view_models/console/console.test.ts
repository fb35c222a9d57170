import { beforeEach, expect, test } from "vitest";
import { Bar, CONVERSATION, Server, startedAt } from "../../../tests/fakes/console";
import type { ConsoleScreen } from "./console";
import { shownCode } from "./login";

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
