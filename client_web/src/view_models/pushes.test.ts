import { expect, test } from "vitest";
import { Page } from "../../tests/fakes/chat";
import { FakeNotifier } from "../../tests/fakes/notifier";
import { ANNA, BEN, World } from "../../tests/fakes/world";
import { Refused } from "../session/failures";

const OFF = { on: false, busy: false, failed: false, names: false };
const ON = { ...OFF, on: true };

/** Anna's page, whose browser has a push service, and the firm too. */
async function opened(prepare: (notifier: FakeNotifier, world: World) => void = () => {}) {
  const world = new World();
  world.group(ANNA, BEN);
  const notifier = FakeNotifier.on();
  const { pusher } = notifier;
  pusher.there = true;
  const { clients } = world.server;
  clients.pushOffer = { key: "K" };
  prepare(notifier, world);
  const page = new Page(world, ANNA, undefined, { notifier });
  await world.pass(1_000);
  const { alerts } = await page.later();
  await world.pass(100);
  const closed = () => alerts.state.get().closed;
  /** Lets the answers come. */
  const done = async (doing: Promise<unknown>) => {
    await world.pass(200);
    await doing;
  };
  const close = (on: boolean) => done(alerts.close(on));
  return { world, page, alerts, pusher, clients, closed, close, done };
}

test("once the person says yes the server learns where the browser is, in which language", async () => {
  const { pusher, clients, closed, close } = await opened();
  expect([closed(), pusher.subscribed, clients.pushed.size]).toEqual([OFF, undefined, 0]);
  await close(true);
  expect([closed(), pusher.subscribed, pusher.wished]).toEqual([ON, "K", true]);
  expect(clients.pushed.get(ANNA)).toEqual({
    endpoint: "https://push.example/1",
    p256dh: "p",
    auth: "a",
    locale: "pl",
    named: false,
  });
  await close(false);
  expect([closed(), pusher.subscribed, clients.pushed.size]).toEqual([OFF, undefined, 0]);
});

test.each([
  [
    "the firm has none",
    (_: FakeNotifier, { server }: World) => {
      server.clients.pushOffer = {};
    },
  ],
  [
    "the browser has none",
    ({ pusher }: FakeNotifier) => {
      pusher.there = false;
    },
  ],
])("nothing is offered where %s", async (_, prepare) => {
  const { close, closed, pusher, clients } = await opened(prepare);
  await close(true);
  expect([closed(), pusher.subscribed, clients.pushed.size]).toEqual([undefined, undefined, 0]);
});

test("a browser that wanted them says at each opening where it is", async () => {
  const { closed, clients } = await opened(({ pusher }) => pusher.keep(true));
  expect([closed(), clients.pushed.has(ANNA)]).toEqual([ON, true]);
});

test("what an earlier person left in the browser goes", async () => {
  const { pusher } = await opened((notifier) => {
    notifier.pusher.subscribed = "K";
  });
  expect(pusher.subscribed).toBeUndefined();
});

test("a push service or a server that says no leaves it off, and says so", async () => {
  const { close, closed, pusher, clients } = await opened();
  pusher.refuses = true;
  await close(true);
  expect([closed(), clients.pushed.size]).toEqual([{ ...OFF, failed: true }, 0]);
  pusher.refuses = false;
  clients.pushRefusal = new Refused(400, "bad_push_address", "Not here.");
  await close(true);
  expect(closed()).toEqual({ ...OFF, failed: true });
  clients.pushRefusal = undefined;
  await close(true);
  expect(closed()).toEqual(ON);
});

test("who wrote is named as the person wishes, and without notifications there are no pushes", async () => {
  const { world, alerts, close, done, closed, pusher, clients } = await opened();
  await close(true);
  alerts.name(true);
  await world.pass(100);
  expect(clients.pushed.get(ANNA)?.named).toBe(true);
  await done(alerts.turn(false));
  await world.pass(100);
  expect([closed(), pusher.wished, clients.pushed.size]).toEqual([OFF, false, 0]);
});

test("signing out ends them in this browser", async () => {
  const { page, pusher, close, done } = await opened();
  await close(true);
  await done(page.chat.signOut(false));
  expect([pusher.subscribed, pusher.wished]).toEqual([undefined, false]);
});

test("a page that is looked at says so from the beginning", async () => {
  const { world, page } = await opened();
  page.attention.set(false);
  page.attention.set(true);
  await world.pass(100);
  expect(world.server.looking).toEqual([true, false, true]);
});

test("whether who wrote is said while the page is closed is the firm's word", async () => {
  const { closed } = await opened((_, { server }) => {
    server.clients.pushOffer = { key: "K", names: true };
  });
  expect(closed()?.names).toBe(true);
});
