import { describe, expect, test } from "vitest";
import { FakeVault, Page } from "../../tests/fakes/chat";
import { ANNA, BEN, World } from "../../tests/fakes/world";

const DAY_MS = 86_400_000;

/** Anna's device, on which an old and a new conversation were shown, and then a draft begun. */
async function visited(days?: number) {
  const world = new World();
  if (days !== undefined) world.server.keptDays = days;
  const [old, fresh] = [world.group(ANNA, BEN), world.group(ANNA, BEN)];
  world.say(old, BEN, "long ago");
  world.say(fresh, BEN, "then");
  await world.pass(8 * DAY_MS);
  world.say(fresh, BEN, "today");
  const vault = new FakeVault();
  const first = new Page(world, ANNA, vault);
  await world.pass(2_000);
  await first.open(old);
  await first.open(fresh);
  return { world, old, fresh, vault, first };
}

/** Opens the page again without a line. */
async function again({ world, vault, first }: Awaited<ReturnType<typeof visited>>) {
  await world.pass(5_000);
  first.close();
  world.server.reachable = false;
  const page = new Page(world, ANNA, vault);
  await world.pass(200);
  return page;
}

describe("without a line a device shows", () => {
  test("what happened in the last days, and nothing older", async () => {
    const visit = await visited();
    const page = await again(visit);
    expect(page.chat.list.state.get().items.map(({ id }) => id)).toEqual([visit.fresh]);
    await page.open(visit.fresh);
    expect(page.messages.map(({ text }) => text)).toEqual(["today"]);
    expect(JSON.stringify(await visit.vault.kept?.store.snapshot())).not.toContain("long ago");
  });

  test("also an old conversation in which something waits to be sent, without its past", async () => {
    const visit = await visited();
    await visit.first.open(visit.old);
    visit.first.conversation.composer.setText("begun");
    const page = await again(visit);
    const item = page.chat.list.state.get().items.find(({ id }) => id === visit.old);
    expect([item?.draft, item?.preview]).toEqual(["begun", undefined]);
    expect(JSON.stringify(await visit.vault.kept?.store.snapshot())).not.toContain("long ago");
  });

  test("less with each day that it lies there", async () => {
    const visit = await visited();
    await visit.world.pass(5_000);
    visit.first.close();
    visit.world.server.reachable = false;
    await visit.world.pass(8 * DAY_MS);
    const page = new Page(visit.world, ANNA, visit.vault);
    await visit.world.pass(200);
    expect(page.chat.list.state.get().items).toEqual([]);
  });

  test("where the firm keeps none, what waits to be sent and for whom, and nothing said before", async () => {
    const visit = await visited(0);
    visit.world.server.reachable = false;
    visit.world.server.cut();
    visit.first.write("wait for me");
    const page = await again(visit);
    const list = page.chat.list.state.get().items;
    expect(list.map(({ id }) => id)).toEqual([visit.fresh]);
    expect(list[0]?.preview).toMatchObject({ text: "wait for me" });
    await page.open(visit.fresh);
    expect(page.messages.map(({ text, tick }) => [text, tick])).toEqual([["wait for me", "clock"]]);
    const snapshot = await visit.vault.kept?.store.snapshot();
    expect(JSON.stringify(snapshot)).not.toContain("today");
    expect(snapshot?.people.length).toBe(2);
    visit.world.server.reachable = true;
    await visit.world.pass(60_000);
    expect(page.messages.map(({ text }) => text)).toEqual(["then", "today", "wait for me"]);
    expect(page.messages.at(-1)).toMatchObject({ tick: "recorded" });
    expect(page.chat.list.state.get().items).toHaveLength(2);
  });

  test("nothing where the firm keeps none and nothing waits", async () => {
    const visit = await visited(0);
    const page = await again(visit);
    expect(page.screen.kind).toBe("sign_in");
    const snapshot = await visit.vault.kept?.store.snapshot();
    expect([snapshot?.people, snapshot?.conversations]).toEqual([[], []]);
  });
});
