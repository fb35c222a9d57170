import { expect, test } from "vitest";
import { Page } from "../../tests/fakes/chat";
import { CLARA, World } from "../../tests/fakes/world";

/** Somebody who is not signed in opens the page. */
async function stranger(world: World): Promise<Page> {
  world.server.signedOut.add(CLARA);
  const page = new Page(world, CLARA);
  await world.pass(1_000);
  return page;
}

test("the firm's name and picture stand on the first screen, and its name in the title", async () => {
  const world = new World();
  world.server.sign = { picture: "UklGRg==" };
  const page = await stranger(world);
  expect(page.signIn.firm).toEqual({ name: "Example Bank", picture: "UklGRg==" });
  expect(page.firms).toEqual(["Example Bank"]);
});

test("a firm that nobody has named is the product", async () => {
  const world = new World();
  world.server.firm = "OnRecord";
  expect((await stranger(world)).signIn.firm).toBeUndefined();
});

test("who is signed out is shown it too, and asks once", async () => {
  const world = new World();
  const page = await stranger(world);
  world.server.firm = "Another";
  world.server.signedOut.delete(CLARA);
  void page.signIn.submit("clara", "password");
  await world.pass(1_000);
  expect(page.firms.at(-1)).toBe("Another");
  void page.chat.signOut(true);
  await world.pass(1_000);
  expect(page.signIn.firm?.name).toBe("Example Bank");
});

test("without an answer the screen comes as the product's, and has the firm once somebody answers", async () => {
  const world = new World();
  world.server.reachable = false;
  const page = await stranger(world);
  expect([page.screen.kind, page.signIn.firm]).toEqual(["sign_in", undefined]);
  world.server.reachable = true;
  await world.pass(5_000);
  expect(page.signIn.firm?.name).toBe("Example Bank");
});
