import { describe, expect, test } from "vitest";
import { Page } from "../../tests/fakes/chat";
import { ANNA, BEN, CLARA, World } from "../../tests/fakes/world";

const OFF = "WhatsApp me";
const PAUSE = 600;

interface Scene {
  readonly world: World;
  readonly conv: string;
  readonly page: Page;
}

/** Somebody's page with a conversation with others, opened. */
async function scene(person: string, ...others: string[]): Promise<Scene> {
  const world = new World();
  const conv = world.group(person, ...others);
  const page = new Page(world, person);
  await world.pass(1_000);
  await page.open(conv);
  return { world, conv, page };
}

function nudge(page: Page) {
  return page.conversation.composer.state.get().nudge;
}

function told(page: Page) {
  return page.messages.map((row) => row.nudge);
}

describe("while writing of another channel", () => {
  test.each([
    ["an employee among colleagues", "invite", ANNA, BEN],
    ["an advisor among colleagues", "invite", BEN, ANNA],
    ["an advisor with a client", "stay", BEN, CLARA],
    ["a client", "client", CLARA, BEN],
  ])("%s is told after a pause: %s", async (_who, kind, person, other) => {
    const { world, page } = await scene(person, other);
    const { composer } = page.conversation;
    composer.setText(OFF);
    await world.pass(PAUSE / 2);
    expect(nudge(page)).toBeUndefined();
    await world.pass(PAUSE);
    expect(nudge(page)).toBe(kind);
    expect(composer.state.get().canSend).toBe(true);
  });

  test("nothing is said of harmless words, or once the words are gone", async () => {
    const { world, page } = await scene(ANNA, BEN);
    const { composer } = page.conversation;
    composer.setText("Good morning");
    await world.pass(PAUSE);
    expect(nudge(page)).toBeUndefined();
    composer.setText(OFF);
    await world.pass(PAUSE);
    composer.setText("Write to me");
    await world.pass(PAUSE);
    expect(nudge(page)).toBeUndefined();
  });

  test("it stays as it is while one types on", async () => {
    const { world, page } = await scene(ANNA, BEN);
    const { composer } = page.conversation;
    composer.setText(OFF);
    await world.pass(PAUSE);
    composer.setText(`${OFF} tonight`);
    expect(nudge(page)).toBe("invite");
    await world.pass(PAUSE);
    expect(nudge(page)).toBe("invite");
  });

  test("dismissed it stays away from this text, and comes back with the next", async () => {
    const { world, page } = await scene(ANNA, BEN);
    const { composer } = page.conversation;
    composer.setText(OFF);
    await world.pass(PAUSE);
    composer.dismissNudge();
    expect(nudge(page)).toBeUndefined();
    composer.setText(`${OFF}, or on Telegram`);
    await world.pass(PAUSE);
    expect(nudge(page)).toBeUndefined();
    composer.send();
    composer.setText(OFF);
    await world.pass(PAUSE);
    expect(nudge(page)).toBe("invite");
  });

  test("sending takes it away and sends the text as it is", async () => {
    const { world, conv, page } = await scene(ANNA, BEN);
    page.conversation.composer.setText(OFF);
    await world.pass(PAUSE);
    page.conversation.composer.send();
    expect(nudge(page)).toBeUndefined();
    await world.pass(PAUSE);
    expect(nudge(page)).toBeUndefined();
    expect(world.texts(conv)).toEqual([OFF]);
  });

  test("an edit is looked at as well", async () => {
    const { world, page } = await scene(ANNA, BEN);
    page.write("hello");
    await world.pass(PAUSE);
    page.conversation.composer.editLast();
    page.conversation.composer.setText(OFF);
    await world.pass(PAUSE);
    expect(nudge(page)).toBe("invite");
    page.conversation.composer.cancel();
    expect(nudge(page)).toBeUndefined();
  });

  test("rules that could not be fetched are fetched when they are needed again", async () => {
    const world = new World();
    const conv = world.group(ANNA, BEN);
    let lost = true;
    const page = new Page(world, ANNA, undefined, { rulesLost: () => lost });
    await world.pass(1_000);
    await page.open(conv);
    const { composer } = page.conversation;
    composer.setText(OFF);
    await world.pass(PAUSE);
    expect(nudge(page)).toBeUndefined();
    lost = false;
    composer.setText(`${OFF}!`);
    await world.pass(PAUSE);
    expect(nudge(page)).toBe("invite");
  });
});

test("a bank that does not look for it says nothing", async () => {
  const world = new World();
  world.server.offChannel = false;
  const conv = world.group(ANNA, BEN);
  world.say(conv, BEN, OFF);
  const page = new Page(world, ANNA);
  await world.pass(1_000);
  await page.open(conv);
  page.conversation.composer.setText(OFF);
  await world.pass(PAUSE);
  expect([nudge(page), ...told(page)]).toEqual([undefined, undefined]);
});

describe("a message that suggests another channel", () => {
  test.each([
    ["an employee among colleagues", "invite", ANNA, BEN],
    ["an advisor with a client", "stay", BEN, CLARA],
    ["a client", undefined, CLARA, BEN],
  ])("is marked for %s: %s", async (_who, kind, person, other) => {
    const { world, conv, page } = await scene(person, other);
    world.say(conv, other, OFF);
    world.say(conv, other, "Good morning");
    await world.pass(100);
    expect(told(page)).toEqual([kind, undefined]);
  });

  test("is not marked for who wrote it", async () => {
    const { world, page } = await scene(ANNA, BEN);
    page.write(OFF);
    await world.pass(100);
    expect(told(page)).toEqual([undefined]);
  });

  test("is marked until one has written here", async () => {
    const { world, conv, page } = await scene(ANNA, BEN);
    world.say(conv, BEN, OFF);
    await world.pass(100);
    page.write("Let us stay here.");
    await world.pass(100);
    expect(told(page)).toEqual([undefined, undefined]);
    world.say(conv, BEN, OFF);
    await world.pass(100);
    expect(told(page)).toEqual([undefined, undefined, "invite"]);
  });

  test("is marked alone, however often it is said", async () => {
    const { world, conv, page } = await scene(ANNA, BEN);
    world.say(conv, BEN, OFF);
    world.say(conv, BEN, "Telegram me, then");
    world.say(conv, BEN, "please");
    await world.pass(100);
    expect(told(page)).toEqual([undefined, "invite", undefined]);
  });

  test("is marked as it reads now: edited, or removed", async () => {
    const { world, conv, page } = await scene(ANNA, BEN);
    const one = world.say(conv, BEN, OFF);
    const other = world.say(conv, BEN, "hello");
    await world.pass(100);
    world.edit(one, "hello");
    world.edit(other, OFF);
    await world.pass(100);
    expect(told(page)).toEqual([undefined, "invite"]);
    world.remove(other);
    await world.pass(100);
    expect(told(page)).toEqual([undefined, undefined]);
  });
});
