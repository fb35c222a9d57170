/** How a session ended is told on the first screen, and nothing of it stays on the device. */
import { expect, test } from "vitest";
import { FakeVault, Page } from "../../tests/fakes/chat";
import { ANNA, CLARA, World } from "../../tests/fakes/world";

async function opened(world: World, person = ANNA): Promise<Page> {
  const page = new Page(world, person);
  await world.pass(1_000);
  return page;
}

test.each([
  ["device_revoked", "device_revoked"],
  ["session_ended", "session_ended"],
  ["deactivated", "deactivated"],
  ["client_reset", "client_reset"],
  ["left", "left"],
])("a session that ends with %s destroys what lies on the device", async (code, reason) => {
  const world = new World();
  const page = await opened(world);
  world.server.signedOut.add(ANNA);
  world.server.say({ t: "bye", code, detail: "", final: true }, ANNA);
  await world.pass(1_000);
  expect(page.vault.kept).toBeUndefined();
  expect(page.signIn.state.get().reason).toBe(reason);
});

test.each(["device_revoked", "deactivated", "client_reset", "left"])(
  "who comes back after %s is told so, and a client where clients come in",
  async (code) => {
    const world = new World();
    const conv = world.group(ANNA, CLARA);
    const page = new Page(world, CLARA);
    await world.pass(5_000);
    await page.open(conv);
    page.close();
    world.server.signedOut.add(CLARA);
    world.server.endedAs.set(CLARA, code);
    for (const vault of [page.vault, new FakeVault()]) {
      const again = new Page(world, CLARA, vault, { device: page.device });
      await world.pass(5_000);
      expect(again.signIn.client?.state.get().step).toBe("address");
      expect(again.signIn.state.get().reason).toBe(code);
      expect(again.vault.kept).toBeUndefined();
    }
  },
);

// The ticket of a socket that was on its way when the session ended is worth nothing.
test.each(["session_ended", "bad_ticket"])(
  "a socket that is told less (%s) than the request after it says what that said",
  async (code) => {
    const world = new World();
    const page = await opened(world);
    world.server.signedOut.add(ANNA);
    world.server.endedAs.set(ANNA, "deactivated");
    world.server.say({ t: "bye", code, detail: "", final: true }, ANNA);
    await world.pass(1_000);
    expect(page.signIn.state.get().reason).toBe("deactivated");
  },
);

test("a socket that is told why says so, though the request after it does not know it yet", async () => {
  const world = new World();
  const page = await opened(world);
  world.server.signedOut.add(ANNA);
  world.server.endedAs.set(ANNA, "device_revoked");
  world.server.say({ t: "bye", code: "client_reset", detail: "", final: true }, ANNA);
  await world.pass(1_000);
  expect(page.signIn.state.get().reason).toBe("client_reset");
});

test("who was never here is told nothing", async () => {
  const world = new World();
  world.server.signedOut.add(ANNA);
  expect((await opened(world)).signIn.state.get().reason).toBeUndefined();
});

test("whom the server does not know any more comes in where they came in last", async () => {
  const world = new World();
  const device = { client: false };
  for (const [person, step] of [
    [CLARA, "address"],
    [ANNA, "closed"],
  ] as const) {
    const page = new Page(world, person, new FakeVault(), { device });
    await world.pass(5_000);
    page.close();
    world.server.signedOut.add(person);
    const again = new Page(world, person, new FakeVault(), { device });
    await world.pass(5_000);
    expect(again.signIn.client?.state.get().step).toBe(step);
  }
});
