/** Reporting a message: what is needed, what comes of it, and that a retry is the same report. */
import { expect, test } from "vitest";
import { Page } from "../../tests/fakes/chat";
import type { Draft } from "../../tests/fakes/journal";
import { ANNA, BEN, World } from "../../tests/fakes/world";

async function opened() {
  const world = new World();
  const conv = world.group(ANNA, BEN);
  const say = (actor: string, text: string) =>
    world.server.record({ type: "message.sent", conv, actor, text } as Draft).event_id;
  const [theirs, own] = [say(BEN, "Nobody needs to know."), say(ANNA, "Oh.")];
  const page = new Page(world, ANNA);
  await world.pass(1_000);
  await page.open(conv);
  return { world, page, own, theirs, model: (await page.details()).report(theirs) };
}

test("only what others wrote can be reported", async () => {
  const { page } = await opened();
  expect(page.messages.map(({ can }) => can.report)).toEqual([true, false]);
});

test("a reason is enough, and something else needs words", async () => {
  const { model } = await opened();
  expect(model.state.get()).toMatchObject({ quote: "Nobody needs to know.", canSend: false });
  model.choose("other");
  expect(model.state.get().canSend).toBe(false);
  model.write("See for yourself.");
  expect(model.state.get().canSend).toBe(true);
  model.write("");
  model.choose("rules");
  expect(model.state.get().canSend).toBe(true);
});

test("who reported sees that it was received; a retry is the same report", async () => {
  const { world, model, theirs } = await opened();
  model.choose("rules");
  const send = async () => {
    const sent = model.send();
    await world.pass(2_000);
    await sent;
  };
  world.server.reachable = false;
  await send();
  expect(model.state.get().trouble).toBeDefined();
  world.server.reachable = true;
  await send();
  expect(model.state.get().done?.reference).toBe("R-1");
  const [told] = world.server.messages.reported.values();
  expect([...world.server.messages.reported]).toHaveLength(1);
  expect(told).toMatchObject({ event: theirs, reason: "rules" });
});
