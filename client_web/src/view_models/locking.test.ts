/** The app lock among tabs and reloads: what was opened stays open, what was locked stays locked. */
import { expect, test } from "vitest";
import { FakeVault, Page } from "../../tests/fakes/chat";
import { PASSWORD } from "../../tests/fakes/lock";
import { MINUTE, stage, unlock } from "../../tests/fakes/lock_stage";
import { ANNA, CLARA } from "../../tests/fakes/world";

test("a tab that could not tell the server locks nothing that another one has opened", async () => {
  const { world, page, tab } = await stage(0);
  const other = await tab();
  world.server.reachable = false;
  world.server.cut(ANNA);
  page.chat.lockNow();
  await world.pass(1_000);
  world.server.reachable = true;
  await unlock({ world, page: other });
  await world.pass(10_000);
  expect([page.screen.kind, other.screen.kind]).toEqual(["chat", "chat"]);
  expect(world.server.lock.locked.has(ANNA)).toBe(false);
});

test("who unlocks while the last words are sent is not locked by what was to follow them", async () => {
  const { world, page } = await stage(0);
  page.undoSend = true;
  page.write("One moment");
  page.chat.lockNow();
  await world.pass(500);
  world.server.delay = () => 6_000;
  void page.locked.byPassword("guessed");
  await world.pass(20_000);
  expect(page.locked.state.get().trouble?.code).toBe("bad_password");
  expect(world.server.lock.locked.has(ANNA)).toBe(true);
  await unlock({ world, page });
  await world.pass(20_000);
  world.server.delay = () => 5;
  await world.pass(20_000);
  page.write("Another moment");
  page.chat.lockNow();
  await world.pass(500);
  world.server.delay = () => 6_000;
  void page.locked.byPassword(PASSWORD);
  await world.pass(40_000);
  expect(page.screen.kind).toBe("chat");
  expect(world.server.lock.locked.has(ANNA)).toBe(false);
});

test("tabs that lock for want of use are all opened by one of them, and stay so", async () => {
  const { world, page, tab } = await stage(5);
  const other = await tab();
  await world.pass(6 * MINUTE);
  expect([page.screen.kind, other.screen.kind]).toEqual(["locked", "locked"]);
  // The one that unlocks takes longer to open than the other one to ask.
  const store = page.vault.kept?.store;
  if (store === undefined) throw new Error("nothing is kept");
  const { drafts } = store;
  store.drafts = async () => {
    await new Promise<void>((resolve) => world.clock.after(1_000, resolve));
    return drafts.call(store);
  };
  await unlock({ world, page });
  expect([page.screen.kind, other.screen.kind]).toEqual(["chat", "chat"]);
  expect(world.server.lock.locked.has(ANNA)).toBe(false);
});

test("a chat that is entered while the last words are sent has one connection", async () => {
  const { world, page } = await stage(0);
  page.undoSend = true;
  page.write("One moment");
  page.chat.lockNow();
  // As another tab does that has unlocked it.
  page.browser.lock.locked.set(false);
  await world.pass(30_000);
  expect(page.screen.kind).toBe("chat");
  expect(world.server.sockets(ANNA)).toBe(1);
});

test("a sign-in ends the lock of the session before, for reloads as well", async () => {
  const { world, page, tab } = await stage(0);
  page.chat.lockNow();
  await world.pass(2_000);
  page.close();
  const signedIn = await tab({ link: "token" });
  void signedIn.signIn.goOn?.();
  await world.pass(1_000);
  expect([signedIn.screen.kind, signedIn.browser.lock.locked.get()]).toEqual(["chat", false]);
  signedIn.close();
  const again = await tab();
  expect([again.screen.kind, world.server.lock.locked.has(ANNA)]).toEqual(["chat", false]);
});

test("where no rows are kept, who comes back too late finds it locked too", async () => {
  const { world, page } = await stage(15);
  page.close();
  world.clock.offset += 20 * MINUTE;
  const again = new Page(world, ANNA, new FakeVault(), { browser: page.browser });
  await world.pass(5_000);
  expect([again.screen.kind, world.server.lock.locked.has(ANNA)]).toEqual(["locked", true]);
  await unlock({ world, page: again });
  expect([again.screen.kind, world.server.lock.locked.has(ANNA)]).toEqual(["chat", false]);
});

test("where no rows are kept, a reload passes no lock that the server has not heard of", async () => {
  const { world, page } = await stage(0);
  page.close();
  // It was locked without a line, and closed before there was one.
  page.browser.lock.locked.set(true);
  const again = new Page(world, ANNA, new FakeVault(), { browser: page.browser });
  await world.pass(5_000);
  expect([again.screen.kind, world.server.lock.locked.has(ANNA)]).toEqual(["locked", true]);
});

test("a tab that is just opening when another one locks shows nothing that is kept", async () => {
  const { world, page } = await stage(0);
  const store = page.vault.kept?.store;
  if (store === undefined) throw new Error("nothing is kept");
  let go = () => {};
  const held = new Promise<void>((resolve) => {
    go = resolve;
  });
  const { drafts } = store;
  store.drafts = async () => {
    await held;
    return drafts.call(store);
  };
  const opening = new Page(world, ANNA, page.vault, { browser: page.browser });
  await world.pass(500);
  expect(opening.screen.kind).toBe("starting");
  page.chat.lockNow();
  await world.pass(1_000);
  go();
  await world.pass(1);
  expect(opening.screen.kind).toBe("locked");
});

test("whoever goes through the times by arrow keys is asked for one code", async () => {
  const { world, page } = await stage(0, CLARA);
  world.server.clients.addresses.set(CLARA, "+48601234567");
  world.server.assurance.stale = true;
  const lock = (await page.later()).appLock();
  await world.pass(500);
  for (const minutes of [1, 5, 15, 60]) {
    lock.choose(minutes);
    await world.pass(1_000);
  }
  expect(world.server.clients.sent).toBe(1);
  expect(lock.passkeys.state.get().code).toBeDefined();
});

test("a locked page that is loaded anew goes on with what was open, whatever was before", async () => {
  const { world, page, conv, tab } = await stage(0);
  const other = world.group(ANNA, CLARA);
  await page.open(other);
  await page.open(conv);
  page.chat.lockNow();
  await world.pass(2_000);
  page.close();
  const again = await tab({ tab: page.tab });
  await unlock({ world, page: again });
  expect(again.conversation.id).toBe(conv);
  void again.chat.signOut(true);
  await world.pass(2_000);
  expect(again.tab.open).toBeUndefined();
});

test("a passkey is offered where there is one, and where nobody says whether there is", async () => {
  const { world, page } = await stage(0);
  const passkeys = () => page.locked.state.get().passkeys;
  page.chat.lockNow();
  await world.pass(2_000);
  expect(passkeys()).toBe(false);
  await unlock({ world, page });
  void (await page.later()).appLock().passkeys.add(PASSWORD);
  await world.pass(1_000);
  page.chat.lockNow();
  await world.pass(2_000);
  expect(passkeys()).toBe(true);
  await unlock({ world, page });
  world.server.reachable = false;
  page.chat.lockNow();
  await world.pass(100);
  expect(passkeys()).toBe(true);
});
