/** A reset of a client waits: their advisor sees it, and they stop it in the chat or by a link. */
import { expect, test } from "vitest";
import { WAITS } from "../../tests/fakes/assurance";
import { Page } from "../../tests/fakes/chat";
import { BEN, CLARA, World } from "../../tests/fakes/world";
import type * as wire from "../wire/types.gen";
import { OwnReset } from "./own_reset";

async function asked() {
  const world = new World();
  const { assurance } = world.server;
  assurance.enrolled.add(CLARA);
  assurance.letters.set("secret", { person: CLARA });
  const ben = new Page(world, BEN);
  const clara = new Page(world, CLARA);
  await world.pass(1_000);
  ben.chat.openDirect(CLARA);
  await world.pass(1_000);
  const { check } = await ben.details();
  const came = check?.reset("thief@example.net", "mail");
  await world.pass(100);
  expect(await came).toBe(true);
  return { world, ben, clara, check, assurance };
}

/** As the server does: an open page of theirs is told that something is another. */
function named(world: World) {
  const person = world.server.people.get(CLARA);
  if (person === undefined) throw new Error("nobody");
  world.server.say({ t: "ephemeral", items: [{ k: "directory", person }] }, CLARA);
}

test("the advisor sees that it waits, and withdraws it", async () => {
  const { world, check, assurance } = await asked();
  expect(check?.state.get().link).toBeUndefined();
  expect(check?.state.get().waiting?.takes_effect_at).toBeDefined();
  void check?.withdrawReset();
  await world.pass(100);
  expect(check?.state.get().waiting).toBeUndefined();
  expect(assurance.resets.size).toBe(0);
});

test("an advisor who comes later sees it too", async () => {
  const { world } = await asked();
  const ben = new Page(world, BEN);
  await world.pass(1_000);
  ben.chat.openDirect(CLARA);
  await world.pass(1_000);
  const { check } = await ben.details();
  void check?.look();
  await world.pass(100);
  expect(check?.state.get().waiting).toBeDefined();
});

test("an advisor who opens the details again sees that it was stopped", async () => {
  const { world, clara, check } = await asked();
  void clara.chat.reset.stop();
  await world.pass(100);
  expect(check?.state.get().waiting).toBeDefined();
  void check?.look();
  await world.pass(100);
  expect(check?.state.get().waiting).toBeUndefined();
});

test("a client's open page shows it at once, and stops it", async () => {
  const { world, clara, assurance } = await asked();
  const { reset } = clara.chat;
  expect(reset.state.get().waiting).toBeUndefined();
  named(world);
  await world.pass(100);
  expect(reset.state.get().waiting?.advisor).toBe("Ben Ode");
  void reset.stop();
  await world.pass(100);
  expect(reset.state.get()).toEqual({ busy: false });
  expect(assurance.words.at(-1)).toBe(`${CLARA} objected`);
});

test("stopping what is over says so, and there is nothing to press any more", async () => {
  const { world, clara, assurance } = await asked();
  named(world);
  await world.pass(100);
  assurance.resets.clear();
  void clara.chat.reset.stop();
  await world.pass(100);
  expect(clara.chat.reset.state.get()).toEqual({ busy: false, over: true });
  void clara.chat.reset.stop();
  await world.pass(100);
  expect(clara.chat.reset.state.get()).toEqual({ busy: false, over: true });
  named(world);
  await world.pass(100);
  expect(clara.chat.reset.state.get()).toEqual({ busy: false });
});

test("however it ends, every open page of theirs shows none, and so does one loaded anew", async () => {
  const ends = [
    (advisor: Page) => advisor.details().then(({ check }) => check?.withdrawReset()),
    (_: Page, other: Page) => other.chat.reset.stop(),
  ];
  for (const end of ends) {
    const { world, ben, clara } = await asked();
    const other = new Page(world, CLARA);
    await world.pass(1_000);
    named(world);
    await world.pass(100);
    expect(clara.chat.reset.state.get().waiting).toBeDefined();
    expect(other.chat.reset.state.get().waiting).toBeDefined();
    void end(ben, other);
    await world.pass(100);
    named(world);
    await world.pass(100);
    const anew = new Page(world, CLARA);
    await world.pass(1_000);
    for (const page of [clara, other, anew]) {
      expect(page.chat.reset.state.get()).toEqual({ busy: false });
    }
  }
});

test("an answer that comes late brings back nothing that has ended since", async () => {
  const answers: ((reset: wire.ClientReset) => void)[] = [];
  const reset = new OwnReset({
    ownReset: () => new Promise((resolve) => answers.push(resolve)),
    stopOwnReset: async () => {},
  });
  const late = reset.look();
  const newest = reset.look();
  answers[1]?.({});
  await newest;
  answers[0]?.({ waiting: WAITS });
  await late;
  expect(reset.state.get()).toEqual({ busy: false, waiting: undefined });
});

test("the link of the letter shows it, and nothing is stopped before it is pressed", async () => {
  const { world, assurance } = await asked();
  const page = new Page(world, CLARA, undefined, { objection: "secret" });
  await world.pass(1_000);
  const screen = page.screen;
  if (screen.kind !== "objection") throw new Error(screen.kind);
  expect(screen.model.state.get().step).toBe("asking");
  expect(assurance.resets.size).toBe(1);
  void screen.model.stop();
  await world.pass(100);
  expect(screen.model.state.get().step).toBe("stopped");
  expect(assurance.resets.size).toBe(0);
  void screen.model.retry();
  await world.pass(100);
  expect(screen.model.state.get().step).toBe("stopped");
  screen.model.goOn();
  await world.pass(1_000);
  expect(page.screen.kind).toBe("chat");
});

test("a link that is none says so, and one that nobody answers is asked again", async () => {
  const world = new World();
  const none = new Page(world, CLARA, undefined, { objection: "other" });
  await world.pass(1_000);
  if (none.screen.kind !== "objection") throw new Error(none.screen.kind);
  expect(none.screen.model.state.get().step).toBe("closed");
  world.server.reachable = false;
  void none.screen.model.retry();
  await world.pass(1_000);
  expect(none.screen.model.state.get().step).toBe("failed");
});
