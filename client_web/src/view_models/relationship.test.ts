import { expect, test } from "vitest";
import { Page } from "../../tests/fakes/chat";
import { BEN, CLARA, World } from "../../tests/fakes/world";

test("whose client has ended the relationship is offered nobody to hand over to", async () => {
  const world = new World();
  const page = new Page(world, BEN);
  await world.pass(1_000);
  page.chat.openDirect(CLARA);
  await world.pass(1_000);
  const { members } = await page.details();
  expect(members.state.get()).toMatchObject({ relationship: { canChange: true } });
  world.server.leaveEverywhere(CLARA);
  await world.pass(1_000);
  expect(members.state.get()).toMatchObject({
    ended: true,
    relationship: { canChange: false, candidates: [] },
  });
});
