import { beforeEach, expect, test } from "vitest";
import { Refused } from "../../session/failures";
import type * as wire from "../../wire/types.gen";
import { Console, type ConsoleScreen } from "./console";
import { shownCode } from "./login";
import type { Address, ConsoleApi } from "./ports";

const CONVERSATION = "c".repeat(32);
const AT = "2026-11-24T09:00:00Z";
const olga: wire.Person = {
  id: "a".repeat(32),
  name: "Olga",
  kind: "employee",
  org: "Bank",
  role: "compliance",
  outside: false,
};
const me: wire.Me = { person: olga, device: "d", session: "s", firm: "Bank" };
const opened: wire.Case = { id: "C-1", reason: "why", opened_at: AT, last_at: AT, records: 1 };

function row(conv_seq: number): wire.TranscriptRow {
  return {
    archive_index: conv_seq,
    conv_seq,
    event_id: `${conv_seq}`,
    type: "x",
    at: AT,
    actor: olga,
  };
}

/** A console server with one case and one conversation of 5 records, read in pages of 2. */
class Server implements ConsoleApi {
  readonly looked: string[] = [];
  session = true;

  async me() {
    if (!this.session) throw new Refused(401, "no_session", "");
    return me;
  }
  async signIn() {
    return me;
  }
  async signOut() {}
  async directory() {
    return { people: [olga] };
  }
  async conversations() {
    return { conversations: [], more: false };
  }
  async cases() {
    return { cases: [opened] };
  }
  async openCase() {
    return opened;
  }
  async looks(id: string) {
    if (id !== opened.id) throw new Refused(404, "no_such_case", "");
    return { case: opened, looks: [], more: false };
  }
  async searchCase(_: string, query: wire.Query): Promise<wire.SearchResult> {
    if (!this.session) throw new Refused(401, "no_session", "");
    this.looked.push(`search ${JSON.stringify(query)}`);
    const about = { number: 2, recorded_at: AT, count: 0, records: 0, sha256: "", upto: 9 };
    return { ...about, hits: [], more: false };
  }
  async hits() {
    return { offset: 0, hits: [], more: false };
  }
  async openRange(_: string, range: wire.OpenRange): Promise<wire.OpenedRange> {
    this.looked.push(`range ${range.conversation} ${range.reason ?? ""}`.trim());
    const about = { number: 3, recorded_at: AT, conversation: range.conversation, kind: "group" };
    return { ...about, first: 1, last: 5, count: 5, members: [], people: [], read_marks: [] };
  }
  async rows(_: string, __: number, after: number) {
    const rows = [1, 2, 3, 4, 5]
      .filter((seq) => seq > after)
      .slice(0, 2)
      .map(row);
    return { rows, more_before: after > 0, more_after: after + rows.length < 5 };
  }
  async exports() {
    return { exports: [] };
  }
  async order(): Promise<wire.Export> {
    throw new Refused(429, "too_many_exports", "");
  }
  async dropExport() {}
  async askedLogin(code: string) {
    return { code, device: "x", address: "y", asked_at: AT, expires_at: AT };
  }
  async answerLogin() {}
}

/** One tab's address bar. */
class Bar implements Address {
  readonly steps = [""];
  read = () => this.steps.at(-1) ?? "";
  push = (fragment: string) => void this.steps.push(fragment);
  replace = (fragment: string) => void this.steps.splice(-1, 1, fragment);
  subscribe = () => () => {};
}

let server: Server;
let bar: Bar;

async function started(fragment: string) {
  bar.replace(fragment);
  const app = new Console({
    api: server,
    address: bar,
    clock: { now: () => 0, monotonic: () => 0, after: () => () => {} },
    deviceName: "test",
    takeLink: () => undefined,
  });
  await app.start();
  return app;
}

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
