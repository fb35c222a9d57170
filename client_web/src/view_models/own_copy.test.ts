import { expect, test } from "vitest";
import { Page } from "../../tests/fakes/chat";
import { ANNA, CLARA, World } from "../../tests/fakes/world";
import { Refused } from "../session/failures";
import { SessionOwnCopy } from "./own_copy_model";

async function client(): Promise<{ world: World; page: Page; conv: string }> {
  const world = new World();
  const conv = world.group(ANNA, CLARA);
  const page = new Page(world, CLARA);
  await world.pass(5_000);
  return { world, page, conv };
}

test("a copy is asked for, watched while it is being made, and ready in the end", async () => {
  const { world, page } = await client();
  const { copies } = world.server.clients;
  const model = (await page.later()).ownCopy();
  const stop = model.watch();
  await world.pass(100);
  expect(model.state.get()).toEqual({ loading: false, busy: false });
  model.make("pl");
  expect(model.state.get().busy).toBe(true);
  model.make("pl");
  await world.pass(100);
  expect(model.state.get().copy).toMatchObject({ state: "making", done: 0, total: 40 });
  copies.change(CLARA, { state: "running", done: 25 });
  await world.pass(1_500);
  expect(model.state.get().copy).toMatchObject({ state: "making", done: 25 });
  copies.change(CLARA, { state: "ready", size: 2048, expires_at: "2026-11-24T10:00:00.000000Z" });
  await world.pass(1_500);
  expect(model.state.get().copy).toMatchObject({ state: "ready", size: 2048 });
  stop();
});

test("what was looked up before one was asked for says nothing of it", async () => {
  const world = new World();
  const refuse: ((why: Error) => void)[] = [];
  const created_at = "2026-11-24T10:00:00.000000Z";
  const making = { state: "running", done: 0, total: 40, language: "en", created_at } as const;
  const api = {
    copy: () => new Promise<never>((_, no) => refuse.push(no)),
    makeCopy: () => Promise.resolve(making),
  };
  const model = new SessionOwnCopy({ api, clock: world.clock });
  model.watch();
  model.make("en");
  await world.pass(100);
  refuse[0]?.(new Refused(404, "no_such_copy", "None."));
  await world.pass(100);
  expect(model.state.get().copy).toMatchObject({ state: "making" });
});

test("an outage while it is being made is told, and watching goes on", async () => {
  const { world, page } = await client();
  const model = (await page.later()).ownCopy();
  model.watch();
  model.make("en");
  await world.pass(500);
  world.server.reachable = false;
  await world.pass(3_000);
  expect(model.state.get()).toMatchObject({
    copy: { state: "making" },
    trouble: { code: "offline" },
  });
  world.server.reachable = true;
  world.server.clients.copies.change(CLARA, { state: "ready" });
  await world.pass(3_000);
  expect(model.state.get().trouble).toBeUndefined();
  expect(model.state.get().copy?.state).toBe("ready");
});

test("too many wishes are refused with the time until the next", async () => {
  const { world, page } = await client();
  world.server.clients.copies.refusal = new Refused(429, "rate_limited", "Later.", 300);
  const model = (await page.later()).ownCopy();
  model.watch();
  model.make("en");
  await world.pass(100);
  expect(model.state.get().trouble).toMatchObject({ code: "rate_limited", retryAfter: 300 });
});

test("a sheet that is closed asks no more", async () => {
  const { world, page } = await client();
  const model = (await page.later()).ownCopy();
  const stop = model.watch();
  model.make("en");
  await world.pass(500);
  stop();
  world.server.clients.copies.change(CLARA, { done: 30 });
  await world.pass(5_000);
  expect(model.state.get().copy?.done).toBe(0);
});

test("leaving for good ends on the first screen, which says so; nothing stays on the device", async () => {
  const { world, page, conv } = await client();
  expect(page.chat.isClient).toBe(true);
  void page.chat.leaveFirm();
  await world.pass(500);
  expect(page.signIn.state.get().reason).toBe("left");
  expect(page.vault.kept).toBeUndefined();
  const left = world.server.journal.streams.get(conv)?.events.at(-1);
  expect(left).toMatchObject({ type: "member.left", actor: CLARA, ended: true });
});

test("without an answer nobody has left, and a toast says so", async () => {
  const { world, page } = await client();
  world.server.reachable = false;
  void page.chat.leaveFirm();
  await world.pass(500);
  expect(page.screen.kind).toBe("chat");
  expect(page.chat.toasts.state.get()).toMatchObject([{ tone: "failure", code: "offline" }]);
});
