/** The switcher: who and what is found by a few letters, and where Enter goes. */
import { expect, test } from "vitest";
import { Page } from "../../tests/fakes/chat";
import type { Draft } from "../../tests/fakes/journal";
import { ANNA, BEN, CLARA, World } from "../../tests/fakes/world";

async function opened() {
  const world = new World();
  world.server.people.set(BEN, { ...world.server.me(BEN).person, name: "Bożena Łoś" });
  const group = world.group(ANNA, BEN, CLARA);
  await world.pass(1_000);
  const direct = world.group(ANNA, CLARA);
  const page = new Page(world, ANNA);
  await world.pass(1_000);
  const switcher = (await page.chat.later()).switcher();
  const names = () =>
    switcher.state.get().offers.map((each) => {
      if (each.kind === "conversation") return each.item.id;
      return each.kind === "person" ? each.person.name : `search ${each.query}`;
    });
  return { world, page, group, direct, switcher, names };
}

test("shows the newest conversations first until something is typed", async () => {
  const { group, direct, names } = await opened();
  expect(names()).toEqual([direct, group]);
});

test("finds by the beginnings of words, without marks, people whom one never wrote to as well", async () => {
  const { group, switcher, names } = await opened();
  switcher.search("los bo");
  expect(names()).toEqual(["Bożena Łoś", group, "search los bo"]);
});

test("Enter goes to the colleague of that name, never to a client whom the colleague also serves", async () => {
  const world = new World();
  const julia = { ...world.server.me(BEN).person, name: "Julia Kern" };
  world.server.people.set(BEN, julia);
  world.group(BEN, CLARA);
  const page = new Page(world, ANNA);
  await world.pass(1_000);
  page.chat.openDirect(CLARA);
  await world.pass(1_000);
  const served = page.conversation.id;
  const covered = { type: "member.added", conv: served, actor: ANNA, person: BEN };
  world.server.record(covered as Draft);
  await world.pass(1_000);
  expect(page.conversation.summary.get().others.map(({ id }) => id)).toEqual([CLARA, BEN]);
  const switcher = (await page.chat.later()).switcher();
  const kinds = () => switcher.state.get().offers.map(({ kind }) => kind);
  for (const typed of ["jul", "julia kern", "kern"]) {
    switcher.search(typed);
    expect(switcher.state.get().offers[0]).toMatchObject({ kind: "person", person: { id: BEN } });
    expect(kinds()).toEqual(["person", "messages"]);
  }
  page.chat.list.search("jul");
  expect(page.chat.list.state.get()).toMatchObject({ items: [], best: { person: { id: BEN } } });
  switcher.search("clara");
  expect(switcher.state.get().offers[0]).toMatchObject({ item: { id: served } });
});

test("what is nobody's name is looked for in messages", async () => {
  const { page, switcher, names } = await opened();
  switcher.search(" os ");
  expect(names()).toEqual(["search os"]);
  switcher.take();
  expect(page.chat.list.state.get().query).toBe("os");
});

test("arrows go around, and Enter opens what is active", async () => {
  const { world, page, group, direct, switcher } = await opened();
  switcher.move(-1);
  expect(switcher.state.get().active).toBe(1);
  switcher.take();
  expect(page.chat.conversation.get()?.id).toBe(group);
  switcher.move(1);
  switcher.take();
  expect(page.chat.conversation.get()?.id).toBe(direct);
  switcher.search("boz");
  switcher.take();
  await world.pass(1_000);
  expect(page.chat.conversation.get()?.summary.get()).toMatchObject({ name: "Bożena Łoś" });
});

test("what comes while it is open is offered, and Enter takes what it showed", async () => {
  const { world, switcher, names } = await opened();
  switcher.search("bo");
  expect(names()[switcher.state.get().active]).toBe("Bożena Łoś");
  const newer = world.group(ANNA, BEN, CLARA);
  await world.pass(1_000);
  expect(names()).toContain(newer);
  expect(names()[switcher.state.get().active]).toBe("Bożena Łoś");
  switcher.close();
  world.group(ANNA, CLARA, BEN);
  await world.pass(1_000);
  expect(names().filter((name) => name !== "search bo")).toHaveLength(3);
});

test("a name that comes after it was typed is what Enter takes, not the search for it", async () => {
  const { world, switcher, names } = await opened();
  switcher.search("pilot");
  expect(names()).toEqual(["search pilot"]);
  const pilot = world.titled("Pilot", ANNA, CLARA);
  await world.pass(1_000);
  expect(names()).toEqual([pilot, "search pilot"]);
  expect(switcher.state.get().active).toBe(0);
});
