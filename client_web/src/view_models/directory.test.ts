/** The directory, and one person's profile. */
import { expect, test } from "vitest";
import { Page } from "../../tests/fakes/chat";
import { ANNA, BEN, CLARA, World } from "../../tests/fakes/world";

const WEEK = [["09:00-17:00"], [], [], [], [], [], []];

async function opened(world: World, person: string) {
  const page = new Page(world, person);
  await world.pass(1_000);
  return { page, later: await page.later() };
}

test("the directory has the firm's people, found by name, title and branch, and no client", async () => {
  const world = new World();
  world.group(ANNA, BEN, CLARA);
  const ben = world.server.people.get(BEN);
  if (ben === undefined) throw new Error("no Ben");
  world.server.people.set(BEN, { ...ben, title: "Credit analyst", branch: "Gdańsk" });
  const { later } = await opened(world, ANNA);
  const directory = later.directory();
  const names = (query: string) => {
    directory.search(query);
    return directory.state.get().people.map(({ name }) => name);
  };
  expect(names("")).toEqual(["Anna Nowak", "Ben Ode"]);
  expect(names("gdansk")).toEqual(["Ben Ode"]);
  expect(names("analyst")).toEqual(["Ben Ode"]);
  expect(names("clara")).toEqual([]);
});

test("a profile says when a colleague is there, and offers to write to them", async () => {
  const world = new World();
  world.group(ANNA, BEN, CLARA);
  world.server.hours.present.set(BEN, { there: false, zone: "Asia/Tokyo", week: WEEK });
  const { later } = await opened(world, ANNA);
  const profile = later.profile(BEN);
  await world.pass(500);
  expect(profile.state.get()).toMatchObject({
    mayWrite: true,
    loading: false,
    hours: { there: false, zone: "Asia/Tokyo", lines: ["09:00-17:00", "", "", "", "", "", ""] },
  });
  expect(later.profile(ANNA).state.get().mayWrite).toBe(false);
});

test("of a client no hours are asked, and nobody else's advisor writes to them", async () => {
  const world = new World();
  world.group(ANNA, BEN, CLARA);
  const { later } = await opened(world, ANNA);
  const profile = later.profile(CLARA);
  await world.pass(500);
  expect(profile.state.get()).toMatchObject({ mayWrite: false, loading: false });
  expect(profile.state.get().trouble).toBeUndefined();
});

test("hours that cannot be fetched are asked for again", async () => {
  const world = new World();
  world.group(ANNA, BEN);
  const { later } = await opened(world, ANNA);
  const profile = later.profile(BEN);
  await world.pass(500);
  expect(profile.state.get().trouble?.code).toBe("no_such_person");
  world.server.hours.present.set(BEN, { there: true });
  profile.refresh();
  await world.pass(500);
  expect(profile.state.get()).toMatchObject({ trouble: undefined, hours: { there: true } });
});

test("a conversation says when the other side is in, and nothing where that is not known", async () => {
  const world = new World();
  const conv = world.group(ANNA, BEN);
  const { page } = await opened(world, ANNA);
  await page.open(conv);
  const asked = [page.conversation.hoursOf(BEN), page.conversation.hoursOf(CLARA)];
  world.server.hours.present.set(BEN, { there: false, zone: "Asia/Tokyo", week: WEEK });
  await world.pass(500);
  expect(await Promise.all(asked)).toEqual([{ there: false, zone: "Asia/Tokyo" }, undefined]);
});
