import { expect, test } from "vitest";
import { Page } from "../../tests/fakes/chat";
import { ANNA, BEN, World } from "../../tests/fakes/world";

test("a picture and the firm's name that change are shown without loading the page anew", async () => {
  const world = new World();
  world.group(ANNA, BEN);
  const page = new Page(world, ANNA);
  await world.pass(2_000);
  const picture = () => page.chat.list.state.get().items[0]?.others[0]?.picture;
  const ben = world.server.people.get(BEN);
  if (ben === undefined) throw new Error("Ben is not there");
  world.server.people.set(BEN, { ...ben, picture: "ab".repeat(32) });
  world.server.firm = "Linden Private Bank";
  await world.pass(5_000);
  expect(picture()).toBeUndefined();
  world.server.say({ t: "ephemeral", items: [{ k: "directory" }] }, ANNA);
  await world.pass(2_000);
  expect(picture()).toContain("ab".repeat(32));
  expect(page.chat.firm).toBe("Linden Private Bank");
});
