import { beforeEach, describe, expect, test } from "vitest";
import { FakeClock, settle } from "../../../tests/fakes/clock";
import { Bar, Server, startedAt } from "../../../tests/fakes/console";
import { olga } from "../../../tests/fakes/console_desk";
import {
  accountsFound,
  advisors,
  advisorsBeside,
  awaited,
  type NewFields,
  serves,
  uncovered,
} from "./accounts";
import type { ConsoleScreen } from "./console";
import { placeFor, placeOf } from "./place";
import { saidBy } from "./streams";

const olgasAccount = {
  kind: "employee",
  org: "Bank",
  role: "advisor",
  active: true,
  outside: false,
} as const;
let server: Server;
let bar: Bar;

beforeEach(() => {
  server = new Server();
  bar = new Bar();
});

async function screenAt<K extends ConsoleScreen["kind"]>(fragment: string, kind: K) {
  const app = await startedAt(fragment, server, bar);
  await settle();
  const screen = app.screen.get();
  if (screen.kind !== kind) throw new Error(screen.kind);
  return { app, ...(screen as Extract<ConsoleScreen, { kind: K }>) };
}

/** What an administrator types about Ewa. */
function fields(role: NewFields["role"]): NewFields {
  const mail = "ewa@berg.example";
  const optional = { username: "", title: "", branch: "", mail, phone: "", advisor: "" };
  return { name: "Ewa", role, locale: "pl", org: "Berg Maritime", optional };
}

describe("an administrator", () => {
  beforeEach(() => {
    server.role = "administrator";
    server.people.push({
      id: "anna",
      name: "Anna Łęcka",
      kind: "employee",
      org: "Bank",
      role: "employee",
      active: true,
      outside: false,
      username: "anna",
    });
  });

  test("lands on the people, with no refusal, whatever the address says", async () => {
    for (const fragment of ["", "#/case/C-1", "#/streams/identity"]) {
      const { model, desk } = await screenAt(fragment, "people");
      expect(model.state.get().all?.map(({ name }) => name)).toEqual(["Anna Łęcka"]);
      expect([model.state.get().trouble, desk.trouble.get()]).toEqual([undefined, undefined]);
    }
  });

  test("adds somebody and gets a link to where they work", async () => {
    const { model } = await screenAt("#/people", "people");
    expect(await model.add(fields("advisor"))).toBe(true);
    expect(model.state.get().link?.url).toBe("https://chat/#link=secret");
    expect(model.state.get()).toMatchObject({ done: "added", busy: false });
    expect(server.looked).toEqual(["add Ewa advisor", "link id of Ewa chat"]);
  });

  test("says in which language somebody is written to, and what is empty not at all", async () => {
    const { model } = await screenAt("#/people", "people");
    await model.add(fields("client"));
    expect(server.added.at(-1)).toEqual({
      name: "Ewa",
      role: "client",
      kind: "client",
      org: "Berg Maritime",
      locale: "pl",
      mail: "ewa@berg.example",
    });
    await model.add(fields("advisor"));
    expect(server.added.at(-1)).toMatchObject({ kind: "employee", org: "Bank", locale: "pl" });
  });

  test("is told why a change was refused, and nothing is said to be done", async () => {
    const { model } = await screenAt("#/people", "people");
    server.refusal = "username_taken";
    expect(await model.add(fields("employee"))).toBe(false);
    expect(model.state.get()).toMatchObject({
      refusal: { code: "username_taken" },
      answered: false,
      busy: false,
    });
    expect(model.state.get().done).toBeUndefined();
  });

  test("is told who is called alike after a change of a name, until the next thing is done", async () => {
    const [anna] = server.people;
    const [alike, orgAlike] = [["Anna Lecka (al)"], ["Bank"]];
    if (anna !== undefined) server.people[0] = { ...anna, alike, org_alike: orgAlike };
    const { model } = await screenAt("#/people/anna", "people");
    await model.changeAccount({ name: "Anna Lecka" });
    expect(model.state.get()).toMatchObject({ done: "changed", alike, orgAlike });
    await model.makeLink("chat");
    expect(model.state.get()).toMatchObject({ alike: undefined, orgAlike: undefined });
  });

  test("ends an account alone, and asks a second administrator to make it active again", async () => {
    const { model } = await screenAt("#/people/anna", "people");
    await model.deactivate(undefined);
    expect(model.state.get()).toMatchObject({ done: "deactivated", open: { active: false } });
    await model.activate();
    expect(model.state.get()).toMatchObject({ done: "waiting", open: { active: false } });
    expect(model.state.get().requests.map(({ wanted }) => wanted)).toEqual(["activate"]);
  });

  test("asks for a link and a change, and gets none alone", async () => {
    const [anna] = server.people;
    if (anna !== undefined) server.people[0] = { ...anna, enrolled: true };
    const { model } = await screenAt("#/people/anna", "people");
    await model.makeLink("chat");
    await model.changeAccount({ role: "auditor" });
    await model.activate();
    expect(model.state.get()).toMatchObject({ done: "waiting", link: undefined });
    const wanted = model.state.get().requests.map((each) => each.wanted);
    expect(wanted).toEqual(["link", "change", "activate"]);
    await model.withdraw("1");
    await model.decline("2");
    expect(model.state.get()).toMatchObject({ done: "declined" });
    await model.approve("3");
    expect(model.state.get()).toMatchObject({
      done: "approved",
      answered: true,
      requests: [],
    });
    expect(model.state.get().link?.url).toBe("https://chat/#link=secret");
  });

  test("adds an officer as an employee, whose role waits for them and takes their code", async () => {
    const { model } = await screenAt("#/people", "people");
    await model.add(fields("compliance"));
    const { done, link, requests } = model.state.get();
    expect([done, link?.url]).toEqual(["role_waits", "https://chat/#link=secret"]);
    expect(requests.map((each) => each.waits_for)).toEqual(["sign_in"]);
    const [officer] = server.people.slice(-1);
    const open = officer && { ...model.state.get(), open: officer };
    expect(open && awaited(open)).toEqual({ role: "compliance", what: "sign_in" });
    await model.approve("1", "1234 5678");
    expect(server.looked.at(-1)).toBe("approve 1 with 1234 5678");
  });

  test("says of a role from before that it is asked for again", async () => {
    const [anna] = server.people;
    if (anna !== undefined) server.people[0] = { ...anna, awaits: "auditor" };
    const { model } = await screenAt("#/people/anna", "people");
    expect(awaited(model.state.get())).toEqual({ role: "auditor", what: "request" });
  });

  test("shows the code for a role that waits for them before anything else", async () => {
    const expires_at = "2026-12-24T09:00:00Z";
    server.roleWaits = { role: "compliance", asked_by: "Adam", expires_at, chosen: true };
    const { app, model } = await screenAt("#/people", "role");
    await model.show();
    expect(model.state.get().code?.code).toBe("12345678");
    await model.later();
    expect(app.screen.get().kind).toBe("people");
  });

  test("is told of break-glass before anything else, once", async () => {
    const said = { at: "2026-11-24T09:00:00Z", by: "root", about: "Ola", fields: [] };
    server.told = [{ id: "1", what: "break_glass_role", ...said }];
    const { app, model } = await screenAt("#/people", "told");
    expect(model.notices.map(({ by }) => by)).toEqual(["root"]);
    await model.goOn();
    expect([app.screen.get().kind, server.told]).toEqual(["people", []]);
  });

  test("passes the clients of an account on, and ends it with a successor", async () => {
    server.people.push(
      { ...olgasAccount, id: "olga", name: "Olga" },
      { ...olgasAccount, id: "otto", name: "Otto", role: "auditor" },
      { ...olgasAccount, id: "jan", name: "Jan", active: false },
    );
    server.served.push({
      conversation: "conv",
      client: "clara",
      name: "Clara",
      owner: "anna",
      delegates: [],
    });
    const { model } = await screenAt("#/people/anna", "people");
    expect(serves(model.state.get())).toBe(true);
    expect(advisorsBeside(model.state.get()).map(({ id }) => id)).toEqual(["olga"]);
    await model.pass("conv", { op: "hand_over", person: "olga" });
    await model.pass("conv", { op: "delegate", person: "olga", until: "2026-12-05" });
    expect(model.state.get()).toMatchObject({ done: "passed" });
    await model.deactivate("olga");
    const ends = new Date("2026-12-05T23:59:59.999").toISOString().replace("Z", "000Z");
    expect(server.looked).toEqual([
      "hand_over conv olga",
      `delegate conv olga ${ends}`,
      "deactivate anna olga",
    ]);
  });

  async function deactivated() {
    const clara = { conversation: "conv", client: "clara", name: "Clara", delegates: [] };
    server.people.push({ ...olgasAccount, id: "olga", name: "Olga" });
    server.served.push({ ...clara, owner: "anna" });
    const clock = new FakeClock();
    const app = await startedAt("#/people/anna", server, bar, clock);
    await settle();
    const shown = app.screen.get();
    if (shown.kind !== "people") throw new Error(shown.kind);
    const { model } = shown;
    await model.deactivate("olga");
    expect(model.state.get().served).toHaveLength(1);
    server.served.length = 0;
    const pass = async () => {
      clock.advance(1_000);
      await settle();
    };
    return { app, model, pass };
  }

  test("sees the clients gone once they have passed to the successor, after a moment", async () => {
    const { model, pass } = await deactivated();
    await pass();
    expect(model.state.get()).toMatchObject({ served: [], busy: false, done: "deactivated" });
  });

  test("who leaves the page of an account that ended asks for nothing more about it", async () => {
    const { app, model, pass } = await deactivated();
    app.go({ kind: "people", person: undefined }, true);
    await pass();
    expect(model.state.get().served).toHaveLength(1);
  });

  test("ends an account that serves clients with no successor, and names one later for all", async () => {
    const clara = { conversation: "conv", client: "clara", name: "Clara", delegates: [] };
    server.people.push({ ...olgasAccount, id: "olga", name: "Olga" });
    server.served.push({ ...clara, owner: "anna" });
    server.open = {
      conversations: 1,
      invites: 0,
      groups: 2,
      bots: ["Echo"],
      scheduled: 0,
      cases: 0,
    };
    const { model } = await screenAt("#/people/anna", "people");
    expect(model.state.get()).toMatchObject({ leftOpen: undefined, uncovered: { leavers: [] } });
    const leaver = { person: "anna", name: "Anna", conversations: [{ ...clara, owner: "anna" }] };
    server.leavers = [{ ...leaver, invites: 0, bots: ["Echo"] }];
    const uncoveredClients = () => {
      const state = model.state.get();
      return state.served?.filter((each) => uncovered(state, each)).map(({ name }) => name);
    };
    expect(uncoveredClients()).toEqual([]);
    await model.deactivate(undefined);
    expect(uncoveredClients()).toEqual(["Clara"]);
    expect(model.state.get()).toMatchObject({
      done: "deactivated",
      leftOpen: { conversations: 1, groups: 2 },
      uncovered: { leavers: [{ name: "Anna" }], alarm_hours: 24 },
    });
    expect(advisors(model.state.get()).map(({ id }) => id)).toEqual(["olga"]);
    await model.succeed("anna", "olga");
    expect(model.state.get()).toMatchObject({
      done: "succeeded",
      answered: true,
      uncovered: { leavers: [] },
    });
    expect(server.looked).toEqual(["deactivate anna", "olga takes over from anna"]);
  });

  test("hears beside the clients without an advisor that one of them was handed over", async () => {
    const { model } = await screenAt("#/people", "people");
    await model.succeedIn("conv", "olga");
    expect(model.state.get()).toMatchObject({ done: "succeeded", answered: true });
  });

  test("needs no successor for whoever stands in for somebody else", async () => {
    server.served.push({
      conversation: "conv",
      client: "clara",
      name: "Clara",
      owner: "olga",
      delegates: [],
    });
    const { model } = await screenAt("#/people/anna", "people");
    expect(serves(model.state.get())).toBe(false);
  });

  test("sees somebody's tokens, and revokes one", async () => {
    server.access.push({ id: "id of nightly", name: "nightly", created_at: "", expires_at: "" });
    const { model } = await screenAt("#/people/anna", "people");
    expect(model.state.get().tokens?.map(({ name }) => name)).toEqual(["nightly"]);
    await model.revoke("id of nightly");
    expect(model.state.get().tokens).toEqual([]);
  });

  test("signs one device out, and all of them", async () => {
    const session = { place: "chat", device: "d", auth: "password", connected: true } as const;
    const times = { signed_in_at: "", seen_at: "", expires_at: "", own: false };
    server.signedIn = ["desk", "phone", "tablet"].map((id) => ({
      id,
      name: id,
      ...session,
      ...times,
    }));
    const { model } = await screenAt("#/people/anna", "people");
    await model.endSession("phone");
    expect(model.state.get()).toMatchObject({ done: "signed_out", busy: false });
    expect(model.state.get().sessions?.map(({ id }) => id)).toEqual(["desk", "tablet"]);
    await model.endSessions();
    expect(model.state.get()).toMatchObject({ done: "signed_out_everywhere", sessions: [] });
  });

  test("names the firm and gives it a picture, which its address shows at once", async () => {
    const { model } = await screenAt("#/firm", "firm");
    expect(model.state.get()).toMatchObject({ name: "Bank", org: "Bank" });
    expect(await model.rename("Linden Bank")).toBe(true);
    expect(model.state.get()).toMatchObject({ name: "Linden Bank", org: "Bank", done: "named" });
    await model.setPicture({ size: 5, type: "image/png" });
    expect(model.state.get().picture).toBe(`/api/v1/pictures/${"e".repeat(64)}`);
    server.refusal = "bad_picture";
    expect(await model.setPicture({ size: 5, type: "image/gif" })).toBe(false);
    expect(model.state.get()).toMatchObject({ trouble: { code: "bad_picture" }, busy: false });
    await model.removePicture();
    expect(model.state.get()).toMatchObject({ picture: undefined, done: "picture_removed" });
  });

  test("finds people without their accents", async () => {
    const { model } = await screenAt("#/people", "people");
    model.search("lec");
    expect(accountsFound(model.state.get()).map(({ id }) => id)).toEqual(["anna"]);
    model.search("nobody");
    expect(accountsFound(model.state.get())).toEqual([]);
  });
});

describe("an auditor", () => {
  beforeEach(() => {
    server.role = "auditor";
  });

  test("lands on the streams, with no refusal, and has read nothing yet", async () => {
    const { model, desk } = await screenAt("#/case/C-1", "streams");
    expect(model.state.get().streams?.map(({ id }) => id)).toEqual(["identity"]);
    expect([model.state.get().trouble, desk.trouble.get()]).toEqual([undefined, undefined]);
    expect(server.looked).toEqual([]);
  });

  test("reads a stream page by page, people by their names", async () => {
    const { model, desk } = await screenAt("#/streams/identity", "streams");
    await model.loadMore();
    await model.loadMore();
    const { records, more } = model.state.get();
    expect(records.map(({ number }) => number)).toEqual([5, 4, 3, 2, 1]);
    expect(more).toBe(false);
    const [first] = records;
    expect(first && saidBy(first, desk)).toEqual([
      { key: "audience", value: "chat" },
      { key: "person", value: olga.name },
    ]);
  });
});

test("compliance stays with its cases, and everybody may confirm a command line", () => {
  expect(placeFor("compliance", placeOf("#/people/x"))).toEqual({ kind: "cases" });
  expect(placeFor("compliance", placeOf("#/case/C-1"))).toMatchObject({ kind: "case", id: "C-1" });
  for (const role of ["compliance", "auditor", "administrator"]) {
    expect(placeFor(role, placeOf("#/login/ABCD"))).toEqual({ kind: "login", code: "ABCD" });
  }
});

describe("picking a conversation among more than the list holds", () => {
  function conversation(number: number, members: readonly string[] = []) {
    return {
      id: String(number),
      kind: "group" as const,
      title: `Deal ${number}`,
      members: [...members],
      former: [],
      outside: false,
      last_seq: 1,
      first_at: "2026-11-24T09:00:00Z",
      last_at: "2026-11-24T09:00:00Z",
    };
  }

  async function picker(count: number) {
    for (let i = 1; i <= count; i += 1) {
      server.conversationsThere.push(conversation(i, i === 7 ? [olga.id] : []));
    }
    const clock = new FakeClock();
    const app = await startedAt("#/case/C-1", server, bar, clock);
    const screen = app.screen.get();
    if (screen.kind !== "case") throw new Error(screen.kind);
    server.asked.splice(0);
    return { clock, bench: screen.model, picking: screen.model.conversations };
  }

  test("finds one by its title that was not in the list, and knows its name from then on", async () => {
    const { clock, bench, picking } = await picker(9);
    picking.search("deal 8");
    expect(picking.state.get()).toMatchObject({ found: [], busy: true });
    await clock.advance(250);
    expect(picking.state.get()).toMatchObject({ found: [{ id: "8" }], busy: false });
    expect(bench.desk.conversationName("8")).toBe("Deal 8");
  });

  test("finds those of a person that the words name", async () => {
    const { clock, picking } = await picker(9);
    picking.search("olga");
    await clock.advance(250);
    expect(picking.state.get().found.map(({ id }) => id)).toEqual(["7"]);
  });

  test("asks once for what is typed in one go, and not at all where the list holds all", async () => {
    const { clock, picking } = await picker(9);
    for (const text of ["d", "de", "deal 9"]) picking.search(text);
    await clock.advance(1_000);
    expect(server.asked).toEqual(["conversations deal 9"]);
    server = new Server();
    const few = await picker(2);
    few.picking.search("deal 2");
    await few.clock.advance(1_000);
    expect(few.picking.state.get().found.map(({ id }) => id)).toEqual(["2"]);
    expect(server.asked).toEqual([]);
  });
});
