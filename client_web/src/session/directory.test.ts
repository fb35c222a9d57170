import { expect, test } from "vitest";
import { Page } from "../../tests/fakes/chat";
import { ANNA, BEN, CLARA, World } from "../../tests/fakes/world";
import type * as wire from "../wire/types.gen";

async function opened() {
  const world = new World();
  world.group(ANNA, BEN);
  const page = new Page(world, ANNA);
  await world.pass(2_000);
  const ben = world.server.people.get(BEN);
  if (ben === undefined) throw new Error("Ben is not there");
  const picture = () => page.chat.list.state.get().items[0]?.others[0]?.picture;
  return { world, page, ben, picture };
}

test("a picture and the firm's name that change are shown as they are told", async () => {
  const { world, page, ben, picture } = await opened();
  world.server.tell({ ...ben, picture: "ab".repeat(32) });
  world.server.say({ t: "ephemeral", items: [{ k: "directory", firm: "Linden Private Bank" }] });
  await world.pass(100);
  expect(picture()).toContain("ab".repeat(32));
  expect(page.chat.firm).toBe("Linden Private Bank");
});

test("a status that changes costs a hundred open pages no request", async () => {
  const world = new World();
  const pages = Array.from({ length: 100 }, () => world.browser(BEN).open());
  await world.pass(5_000);
  const { looked } = world.server;
  const before = { ...looked };
  const anna = world.browser(ANNA).open();
  await world.pass(5_000);
  void anna.api.setStatus({ text: "At lunch" });
  await world.pass(8_000);
  expect(pages.map(({ roster }) => roster.people.get(ANNA)?.status?.text)).toEqual(
    Array.from({ length: 100 }, () => "At lunch"),
  );
  expect(looked).toEqual(before);
  world.server.cut(); // the control: after a reconnect they do ask
  await world.pass(10_000);
  expect(looked.people - before.people).toBe(101);
}, 20_000);

test("after a restart pages ask one by one, not all at once", async () => {
  const world = new World();
  for (let page = 0; page < 50; page += 1) world.browser(BEN).open();
  await world.pass(5_000);
  const { looked } = world.server;
  world.server.cut();
  let most = 0;
  for (let tick = 0; tick < 400; tick += 1) {
    const before = looked.people;
    await world.pass(100);
    most = Math.max(most, looked.people - before);
  }
  expect(looked.people).toBe(50);
  expect(most).toBeLessThan(10);
}, 20_000);

test("a list on its way puts nothing back that was told meanwhile", async () => {
  const { world, ben } = await opened();
  const { roster } = world.browser(ANNA).open();
  await world.pass(2_000);
  world.server.cut(ANNA);
  world.server.delay = () => 1_000;
  while (world.server.looked.people === 0) await world.pass(100);
  // The answer was made; it is a second away.
  world.server.tell({ ...ben, status: { text: "At lunch" } });
  const clara = { proof: "code", proved_at: "2026-11-24T09:00:00.000000Z" } as const;
  const assurance = { ...clara, until: "2027-02-24T09:00:00.000000Z" };
  const conv = [...roster.conversations.keys()][0] ?? "";
  world.server.record({
    type: "assurance.changed",
    conv,
    actor: CLARA,
    person: CLARA,
    assurance,
  } as Parameters<typeof world.server.record>[0]);
  await world.pass(5_000);
  expect(roster.people.get(BEN)?.status?.text).toBe("At lunch");
  expect(roster.people.get(CLARA)?.assurance).toEqual(assurance);
});

test("a firm's name on its way does not replace one that was told meanwhile", async () => {
  const { world, page } = await opened();
  world.server.cut(ANNA);
  world.server.delay = () => 1_000;
  while (world.server.looked.people === 0) await world.pass(100);
  await world.pass(100);
  world.server.firm = "Linden Private Bank";
  world.server.say({ t: "ephemeral", items: [{ k: "directory", firm: "Linden Private Bank" }] });
  await world.pass(5_000);
  expect(page.chat.firm).toBe("Linden Private Bank");
});

const DORA = "d".repeat(32);
const stranger: wire.Person = {
  id: DORA,
  name: "Dora Lis",
  kind: "employee",
  org: "Bank",
  role: "employee",
  outside: false,
};

/** Ben's pages are open when somebody comes to the firm whom they don't know. */
async function beforeStranger(pages: number, seed?: number) {
  const world = new World(seed);
  const sessions = Array.from({ length: pages }, () => world.browser(BEN).open());
  const others = Array.from({ length: 498 }, (_, index) => `${index}`.padStart(32, "e"));
  const group = world.group(BEN, DORA, ...others);
  const direct = world.group(BEN, DORA);
  await world.pass(5_000);
  world.server.people.set(DORA, stranger);
  return { world, sessions, group, direct };
}

test("the first words of a stranger in a group of 500 bring questions over two seconds", async () => {
  const { world, group } = await beforeStranger(100);
  const { looked } = world.server;
  const asked = looked.people;
  world.say(group, DORA, "Good morning");
  let most = 0;
  for (let tick = 0; tick < 25; tick += 1) {
    const before = looked.people;
    await world.pass(100);
    most = Math.max(most, looked.people - before);
  }
  expect(looked.people - asked).toBe(100);
  expect(most).toBeLessThan(15);
}, 20_000);

test.each([1, 2, 3, 4, 5])(
  "a stranger who writes to one alone has a name at once (%i)",
  async (seed) => {
    const { world, sessions, group, direct } = await beforeStranger(1, seed);
    // What the group's members wait for does not make one wait who is written to alone.
    world.say(group, DORA, "Good morning");
    world.say(direct, DORA, "Have you a minute?");
    await world.pass(60);
    expect(sessions[0]?.roster.people.get(DORA)?.name).toBe("Dora Lis");
  },
);
