import { expect, test } from "vitest";
import { Page } from "../../tests/fakes/chat";
import { BEN, World } from "../../tests/fakes/world";
import { readOut, type SessionRoleCode } from "./role_code";

/** Ben, for whom a role waits. */
async function waiting(chosen: boolean) {
  const world = new World();
  const expires_at = "2026-12-24T09:00:00.000000Z";
  world.server.roleWaits = { role: "compliance", asked_by: "Adam", expires_at, chosen };
  const page = new Page(world, BEN);
  await world.pass(1_000);
  const { screen } = page;
  if (screen.kind !== "role") throw new Error(screen.kind);
  return { world, page, model: screen.model as SessionRoleCode };
}

test("who chose the password here shows a code, and goes on later", async () => {
  const { world, page, model } = await waiting(true);
  expect([model.waits.role, model.waits.asked_by]).toEqual(["compliance", "Adam"]);
  void model.show();
  await world.pass(1_000);
  expect(readOut(model.state.get().code?.code ?? "")).toBe("1234 5678");
  expect(world.server.hellos).toEqual([]);
  void model.later();
  await world.pass(1_000);
  expect(page.screen.kind).toBe("chat");
});

test("whoever did not chooses another password first", async () => {
  const { world, model } = await waiting(false);
  void model.show();
  await world.pass(1_000);
  expect(model.state.get()).toMatchObject({
    chosen: false,
    code: undefined,
    trouble: { code: "new_password_needed" },
  });
  void model.password.choose("purple walrus orbit lantern", "the one before");
  await world.pass(1_000);
  expect(model.state.get().chosen).toBe(true);
  void model.show();
  await world.pass(1_000);
  expect(model.state.get()).toMatchObject({ code: { code: "12345678" }, trouble: undefined });
});

test("without an answer it stays, and a code can be shown again", async () => {
  const { world, page, model } = await waiting(true);
  world.server.reachable = false;
  void model.show();
  await world.pass(1_000);
  expect(model.state.get()).toMatchObject({ busy: false, trouble: { code: "offline" } });
  world.server.reachable = true;
  void model.show();
  await world.pass(1_000);
  expect([page.screen.kind, model.state.get().busy]).toEqual(["role", false]);
});

test("its part below the password is there while a role waits", async () => {
  const { world, page, model } = await waiting(true);
  void model.later();
  await world.pass(1_000);
  const { screen } = page;
  if (screen.kind !== "chat") throw new Error(screen.kind);
  const later = await screen.model.later();
  const waits = later.roleCode();
  await world.pass(1_000);
  expect((await waits)?.waits.role).toBe("compliance");
  world.server.roleWaits = undefined;
  const none = later.roleCode();
  await world.pass(1_000);
  expect(await none).toBeUndefined();
});
