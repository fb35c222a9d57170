import { expect, test } from "vitest";
import { Page } from "../../tests/fakes/chat";
import type { Draft } from "../../tests/fakes/journal";
import { ANNA, BEN, CLARA, World } from "../../tests/fakes/world";

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

test("whoever handed a client over may not confirm who they are any more, with the details open", async () => {
  const world = new World();
  const page = new Page(world, BEN);
  await world.pass(1_000);
  page.chat.openDirect(CLARA);
  await world.pass(1_000);
  const details = await page.details();
  expect(details.check?.state.get().client.id).toBe(CLARA);
  world.server.record({
    type: "conversation.handed_over",
    conv: page.conversation.id,
    actor: BEN,
    former: BEN,
    successor: ANNA,
    from_seq: 1,
    history: "all",
  } as unknown as Draft);
  await world.pass(1_000);
  expect(details.check).toBeUndefined();
});
