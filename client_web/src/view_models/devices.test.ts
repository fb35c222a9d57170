import { expect, test } from "vitest";
import { Page } from "../../tests/fakes/chat";
import { BEN, World } from "../../tests/fakes/world";

const AT = "2026-11-24T09:00:00.000000Z";

/** Ben, who is signed in on two other devices. */
async function ben() {
  const world = new World();
  world.server.devices.set(
    BEN,
    ["here", "phone", "laptop"].map((id) => ({
      id,
      name: id,
      current: id === "here",
      signed_in_at: AT,
      seen_at: AT,
    })),
  );
  const page = new Page(world, BEN);
  await world.pass(1_000);
  const devices = (await page.later()).devices();
  await world.pass(1_000);
  const ids = () => devices.state.get().devices.map(({ id }) => id);
  return { world, devices, ids };
}

test("one that is signed out is busy meanwhile, and is gone then", async () => {
  const { world, devices, ids } = await ben();
  devices.signOut("phone");
  expect(devices.state.get().devices.map(({ busy }) => busy)).toEqual([false, true, false]);
  await world.pass(1_000);
  expect(ids()).toEqual(["here", "laptop"]);
  expect(devices.state.get().trouble).toBeUndefined();
});

test("one that was signed out elsewhere meanwhile says so and goes, and the others stay", async () => {
  const { world, devices, ids } = await ben();
  world.server.devices.set(BEN, []);
  devices.signOut("phone");
  await world.pass(1_000);
  expect(ids()).toEqual(["here", "laptop"]);
  expect(devices.state.get().trouble?.code).toBe("no_such_device");
});
