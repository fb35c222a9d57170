import { expect, test } from "vitest";
import { Page } from "../../tests/fakes/chat";
import { ANNA, BEN, CLARA, World } from "../../tests/fakes/world";

const ORDER = "Please buy 100 PKN at market";

async function opened(
  person: string,
  orders: "off" | "banner" | "stop",
  ...members: string[]
): Promise<{ world: World; page: Page; conv: string }> {
  const world = new World();
  world.server.orders = orders;
  world.server.ordersBanner = { pl: "Bez zleceń." };
  const conv = world.group(...members);
  const page = new Page(world, person);
  await world.pass(5_000);
  await page.open(conv);
  return { world, page, conv };
}

test("a client's order is held back and asked about; going on keeps the text and sends nothing", async () => {
  const { world, page, conv } = await opened(CLARA, "stop", ANNA, CLARA);
  const { composer } = page.conversation;
  composer.setText(ORDER);
  await world.pass(1_000);
  composer.send();
  composer.send();
  expect(composer.state.get()).toMatchObject({ stopped: true, text: ORDER });
  await world.pass(1_000);
  expect(world.texts(conv)).toEqual([]);
  const { focusSerial } = composer.state.get();
  composer.goOnWriting();
  expect(composer.state.get()).toMatchObject({ stopped: false, focusSerial: focusSerial + 1 });
  expect(world.texts(conv)).toEqual([]);
});

test("it is sent anyway when the client says so, once", async () => {
  const { world, page, conv } = await opened(CLARA, "stop", ANNA, CLARA);
  const { composer } = page.conversation;
  composer.setText(ORDER);
  await world.pass(1_000);
  composer.sendAnyway();
  await world.pass(1_000);
  expect(world.texts(conv)).toEqual([]);
  composer.send();
  composer.sendAnyway();
  composer.sendAnyway();
  await world.pass(1_000);
  expect(world.texts(conv)).toEqual([ORDER]);
  expect(composer.state.get()).toMatchObject({ stopped: false, text: "" });
});

test("a text that is changed is looked at anew", async () => {
  const { world, page, conv } = await opened(CLARA, "stop", ANNA, CLARA);
  const { composer } = page.conversation;
  composer.setText(ORDER);
  await world.pass(1_000);
  composer.send();
  composer.setText("Should I buy PKN?");
  expect(composer.state.get().stopped).toBe(false);
  composer.send();
  await world.pass(1_000);
  expect(world.texts(conv)).toEqual(["Should I buy PKN?"]);
});

test("the banner stands where a client is, in the firm's words; nobody else is stopped", async () => {
  const { world, page, conv } = await opened(ANNA, "stop", ANNA, CLARA);
  const { composer } = page.conversation;
  expect(composer.state.get().ordersBanner).toEqual({ pl: "Bez zleceń." });
  composer.setText(ORDER);
  await world.pass(1_000);
  composer.send();
  await world.pass(1_000);
  expect(world.texts(conv)).toEqual([ORDER]);
  const inside = await opened(ANNA, "stop", ANNA, BEN);
  expect(inside.page.conversation.composer.state.get().ordersBanner).toBeUndefined();
});

test.each(["off", "banner"] as const)("set to %s nothing is held back", async (orders) => {
  const { world, page, conv } = await opened(CLARA, orders, ANNA, CLARA);
  const { composer } = page.conversation;
  expect(composer.state.get().ordersBanner !== undefined).toBe(orders === "banner");
  composer.setText(ORDER);
  await world.pass(1_000);
  composer.send();
  await world.pass(1_000);
  expect(world.texts(conv)).toEqual([ORDER]);
});
