import { expect, test } from "vitest";
import { Page } from "../../tests/fakes/chat";
import { ANNA, BEN, World } from "../../tests/fakes/world";
import { SessionStatus } from "./status_model";

test("a person hears that what they wrote isn't kept, while it isn't sent", async () => {
  const world = new World();
  const conv = world.group(ANNA, BEN);
  const browser = world.browser(ANNA);
  const session = browser.open();
  const status = new SessionStatus(session, (work) => work());
  await world.pass(1_000);
  browser.store.keeps = false;
  browser.store.keepsChanged.emit();
  expect(status.state.get().unkept).toBe(false);
  world.server.refuse = (frame) => ({ t: "pending", id: frame.id, retry_after: 1 });
  await session.outbox.add({ t: "send", conv, text: "hello" });
  await world.pass(10);
  expect(status.state.get().unkept).toBe(true);
  world.server.refuse = undefined;
  await world.pass(5_000);
  expect(status.state.get().unkept).toBe(false);
});

test("what was not sent is found where it was written, the first of it first", async () => {
  const world = new World();
  const [first, second] = [world.group(ANNA, BEN), world.group(ANNA, BEN)];
  const page = new Page(world, ANNA);
  await world.pass(1_000);
  world.server.refuse = (frame) => ({ t: "nack", id: frame.id, code: "not_allowed", detail: "" });
  for (const conv of [second, first]) {
    await page.open(conv);
    page.write("no");
    await world.pass(1_000);
  }
  const { failed, failedAt } = page.chat.status.state.get();
  expect(failed).toBe(2);
  expect(failedAt?.conversation).toBe(second);
  await page.open(second, failedAt?.message);
  const { anchor, trouble } = page.conversation.timeline.state.get();
  expect(anchor).toMatchObject({ key: page.messages.at(-1)?.key, reason: "jump" });
  expect(page.messages.at(-1)?.text).toBe("no");
  expect(trouble).toBeUndefined();
});
