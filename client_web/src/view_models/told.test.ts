import { expect, test } from "vitest";
import { Page } from "../../tests/fakes/chat";
import { BEN, World } from "../../tests/fakes/world";
import type * as wire from "../wire/types.gen";
import type { AccountNotices } from "./told";

const link: wire.AccountNotice = {
  id: "1",
  at: "2026-11-24T09:00:00Z",
  what: "link",
  by: "Adam",
  approved_by: "Ola",
  about: "Ben",
  fields: [],
};

/** Ben, for whom two administrators made a link. */
async function told(): Promise<{ world: World; page: Page; model: AccountNotices }> {
  const world = new World();
  world.server.clients.told = [link];
  const page = new Page(world, BEN);
  await world.pass(1_000);
  const { screen } = page;
  if (screen.kind !== "told") throw new Error(screen.kind);
  return { world, page, model: screen.model as AccountNotices };
}

test("what was done with an account comes before anything else, and is told once", async () => {
  const { world, page, model } = await told();
  expect(model.notices).toEqual([link]);
  expect(world.server.hellos).toEqual([]);
  void model.goOn();
  await world.pass(1_000);
  expect([page.screen.kind, world.server.clients.told]).toEqual(["chat", []]);
});

test("without an answer it stays, and one can go on again", async () => {
  const { world, page, model } = await told();
  world.server.reachable = false;
  void model.goOn();
  await world.pass(100);
  expect(model.state.get()).toMatchObject({ busy: false, trouble: { code: "offline" } });
  world.server.reachable = true;
  void model.goOn();
  await world.pass(1_000);
  expect(page.screen.kind).toBe("chat");
});
