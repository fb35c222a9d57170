import { expect, test } from "vitest";
import { Page } from "../../tests/fakes/chat";
import { BEN, CLARA, World } from "../../tests/fakes/world";
import type { OwnTokensModel } from "./own_tokens";

const AT = "2026-11-24T09:00:00.000000Z";

/** Ben at his page, and two tokens that act as him. */
async function ben(reachable = true): Promise<{ world: World; tokens: OwnTokensModel }> {
  const world = new World();
  world.server.tokens.set(BEN, [
    { id: "t1", name: "report", created_at: AT, used_at: AT, expires_at: AT },
    { id: "t2", name: "ticker", created_at: AT, expires_at: AT },
  ]);
  const page = new Page(world, BEN);
  await world.pass(1_000);
  const later = await page.later();
  world.server.reachable = reachable;
  const tokens = later.tokens();
  if (tokens === undefined) throw new Error("a client");
  await world.pass(1_000);
  return { world, tokens };
}

test("whose tokens they are sees what they are for, since when, and when each was used", async () => {
  const { tokens } = await ben();
  expect(tokens.state.get()).toMatchObject({
    known: true,
    tokens: [
      { id: "t1", name: "report", madeAt: AT, usedAt: AT, until: AT, busy: false },
      { id: "t2", name: "ticker", madeAt: AT, usedAt: undefined, until: AT, busy: false },
    ],
    trouble: undefined,
  });
});

test("one that is revoked is asked for once, is busy meanwhile, and is gone then", async () => {
  const { world, tokens } = await ben();
  void tokens.revoke("t1");
  void tokens.revoke("t1");
  expect(tokens.state.get().tokens.map(({ busy }) => busy)).toEqual([true, false]);
  await world.pass(1_000);
  expect(tokens.state.get().tokens.map(({ id }) => id)).toEqual(["t2"]);
  expect(tokens.state.get().trouble).toBeUndefined();
});

test("one that somebody else revoked meanwhile says so and goes, and the others stay", async () => {
  const { world, tokens } = await ben();
  world.server.tokens.set(BEN, []);
  void tokens.revoke("t2");
  await world.pass(1_000);
  expect(tokens.state.get().trouble?.code).toBe("no_such_token");
  expect(tokens.state.get().tokens.map(({ id, busy }) => [id, busy])).toEqual([["t1", false]]);
  void tokens.refresh();
  await world.pass(1_000);
  expect(tokens.state.get()).toMatchObject({ tokens: [], trouble: undefined });
});

test("a list that could not be had is asked for again", async () => {
  const { world, tokens } = await ben(false);
  expect(tokens.state.get()).toMatchObject({ known: false, trouble: { code: "offline" } });
  world.server.reachable = true;
  void tokens.refresh();
  await world.pass(1_000);
  expect(tokens.state.get().tokens).toHaveLength(2);
});

test("nobody else acts as a client, who is asked for none", async () => {
  const world = new World();
  const page = new Page(world, CLARA);
  await world.pass(1_000);
  expect((await page.later()).tokens()).toBeUndefined();
});
