import { expect, test } from "vitest";
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
