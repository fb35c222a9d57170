import { expect, test } from "vitest";
import { FakeVault, Page } from "../../tests/fakes/chat";
import { CLARA, World } from "../../tests/fakes/world";
import { Refused } from "../session/failures";
import type { ClientSignInModel, ClientSignInState } from "./client_sign_in";

const STRANGER = "f".repeat(32);
const PHONE = "+48 601 234 567";
const MINUTE = 60_000;

async function signIn(world = new World()): Promise<{ world: World; page: Page }> {
  world.server.clients.addresses.set(CLARA, PHONE);
  world.server.signedOut.add(STRANGER);
  const page = new Page(world, STRANGER);
  await world.pass(100);
  return { world, page };
}

function client(page: Page): ClientSignInModel {
  const { client: model } = page.signIn;
  if (model === undefined) throw new Error("clients cannot sign in here");
  return model;
}

function at<S extends ClientSignInState["step"]>(page: Page, step: S) {
  const state = client(page).state.get();
  if (state.step !== step) throw new Error(`the step is ${state.step}`);
  return state as Extract<ClientSignInState, { step: S }>;
}

async function send(page: Page, address: string): Promise<void> {
  client(page).open();
  void client(page).send(address);
  await page.world.pass(100);
}

test("the page asks for name and password until a client says who they are", async () => {
  const { page } = await signIn();
  at(page, "closed");
  client(page).open();
  at(page, "address");
  client(page).close();
  at(page, "closed");
});

test("a client is in with the code that went to their phone", async () => {
  const { world, page } = await signIn();
  await send(page, ` ${PHONE} `);
  const { code } = at(page, "code");
  expect(code.state.get()).toMatchObject({ way: "sms", address: "•••• 567" });
  code.type(world.server.clients.codes.get(PHONE) ?? "");
  await world.pass(1_000);
  expect(page.chat.me.get().id).toBe(CLARA);
});

test("an address that nobody has gets the same answers as one with a wrong code", async () => {
  const troubles = [];
  for (const address of [PHONE, "nobody@example.com"]) {
    const { world, page } = await signIn();
    await send(page, address);
    const { code } = at(page, "code");
    code.type("000000");
    await world.pass(100);
    troubles.push(code.state.get().trouble);
  }
  expect(troubles[0]).toEqual(troubles[1]);
  expect(troubles[0]?.code).toBe("bad_code");
});

test("an address can be corrected", async () => {
  const { page } = await signIn();
  await send(page, "ewa@exmaple.com");
  client(page).correct();
  expect(at(page, "address").address).toBe("ewa@exmaple.com");
});

test("too many codes are refused beside the address, with the time to wait", async () => {
  const { world, page } = await signIn();
  world.server.clients.refusal = new Refused(429, "too_many_codes", "Wait.", 600);
  await send(page, PHONE);
  expect(at(page, "address").trouble).toMatchObject({ code: "too_many_codes", retryAfter: 600 });
});

test("what is half done outlasts the page's own asking while nobody answers", async () => {
  const world = new World();
  world.server.reachable = false;
  const { page } = await signIn(world);
  await send(page, PHONE);
  expect(at(page, "address").trouble?.code).toBe("offline");
  await world.pass(10_000);
  expect(at(page, "address").address).toBe(PHONE);
});

test("a client whose session ended is asked for their address, not for a password", async () => {
  const { world, page } = await signIn();
  await send(page, PHONE);
  at(page, "code").code.type(world.server.clients.codes.get(PHONE) ?? "");
  await world.pass(1_000);
  world.server.signedOut.add(CLARA);
  world.server.cut();
  await world.pass(60_000);
  expect(page.signIn.state.get().reason).toBe("session_ended");
  at(page, "address");
});

test("control: an employee whose session ended is asked for name and password", async () => {
  const world = new World();
  const [anna] = world.server.people.keys();
  const page = new Page(world, anna ?? "", new FakeVault());
  await world.pass(1_000);
  world.server.signedOut.add(anna ?? "");
  world.server.cut();
  await world.pass(60_000);
  at(page, "closed");
});

test("where no other code is sent, the field of the one that was stays, and says when there is one", async () => {
  const { world, page } = await signIn();
  await send(page, PHONE);
  client(page).correct();
  world.server.clients.refusal = new Refused(429, "too_many_codes", "Wait.", 600);
  await send(page, PHONE);
  const { code } = at(page, "code");
  expect(code.state.get()).toMatchObject({
    againIn: 600,
    busy: false,
    trouble: { code: "too_many_codes", retryAfter: 600 },
  });
  await world.pass(60_000);
  expect(code.state.get().againIn).toBe(540);
  code.type(world.server.clients.codes.get(PHONE) ?? "");
  await world.pass(1_000);
  expect(page.chat.me.get().id).toBe(CLARA);
});

test("a code that was sent elsewhere has no field beside a refusal", async () => {
  const { world, page } = await signIn();
  await send(page, "ewa@exmaple.com");
  client(page).correct();
  world.server.clients.refusal = new Refused(429, "too_many_codes", "Wait.", 600);
  await send(page, PHONE);
  expect(at(page, "address").trouble?.code).toBe("too_many_codes");
});

/** The phone drops the page and opens it again. */
async function reloaded(page: Page): Promise<Page> {
  page.close();
  const again = new Page(page.world, STRANGER, page.vault, { tab: page.tab, device: page.device });
  await page.world.pass(100);
  return again;
}

test("a page that is lost while the mail is read comes back to the code", async () => {
  const { world, page } = await signIn();
  await send(page, PHONE);
  await world.pass(10_000);
  const again = await reloaded(page);
  const { code } = at(again, "code");
  expect(code.state.get()).toMatchObject({ way: "sms", address: "•••• 567", againIn: 20 });
  code.type(world.server.clients.codes.get(PHONE) ?? "");
  await world.pass(1_000);
  expect(again.chat.me.get().id).toBe(CLARA);
  expect(again.tab.awaited).toBeUndefined();
});

test("another code that was asked for is the one that a lost page comes back to", async () => {
  const { world, page } = await signIn();
  await send(page, PHONE);
  await world.pass(9 * MINUTE);
  void at(page, "code").code.again();
  await world.pass(9 * MINUTE);
  at(await reloaded(page), "code");
  await world.pass(2 * MINUTE);
  at(await reloaded(page), "closed");
});

test("a lost page comes back to no code that works no more, or that nobody waits for", async () => {
  const { world, page } = await signIn();
  await send(page, PHONE);
  client(page).correct();
  at(await reloaded(page), "closed");
  await send(page, PHONE);
  client(page).close();
  at(await reloaded(page), "closed");
  await send(page, PHONE);
  await world.pass(10 * MINUTE);
  at(await reloaded(page), "closed");
});

test("where no other code is sent, a lost page comes back to the one that was", async () => {
  const { world, page } = await signIn();
  await send(page, PHONE);
  client(page).correct();
  world.server.clients.refusal = new Refused(429, "too_many_codes", "Wait.", 600);
  await send(page, PHONE);
  at(await reloaded(page), "code");
});
