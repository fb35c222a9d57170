/** The app lock: it counts use in all tabs, hides everything, keeps what was written, and the server opens it. */
import { expect, test } from "vitest";
import { PASSWORD } from "../../tests/fakes/lock";
import { MINUTE, stage, unlock } from "../../tests/fakes/lock_stage";
import { ANNA, BEN, CLARA } from "../../tests/fakes/world";

test("it locks when nobody has used it for so long, and the server holds the session", async () => {
  const { world, page } = await stage(1);
  await world.pass(MINUTE - 10_000);
  expect(page.screen.kind).toBe("chat");
  page.touch();
  await world.pass(MINUTE - 1_000);
  expect(page.screen.kind).toBe("chat");
  await world.pass(2_000);
  expect(page.screen.kind).toBe("locked");
  expect(world.server.lock.locked.has(ANNA)).toBe(true);
  expect(page.vault.kept?.store.kept).toMatchObject({ conversations: [], timelines: [], days: 0 });
});

test("without a choice it never does, unless the firm wants it; the earlier of both counts", async () => {
  const never = await stage(0);
  await never.world.pass(6 * 60 * MINUTE);
  expect(never.page.screen.kind).toBe("chat");
  const { world, page, tab } = await stage(0);
  world.server.lock.most = 5;
  page.close();
  const again = await tab();
  await world.pass(5 * MINUTE);
  expect(again.screen.kind).toBe("locked");
  await unlock({ world, page: again });
  const lock = (await again.later()).appLock();
  lock.choose(60);
  await world.pass(5 * MINUTE);
  expect(again.screen.kind).toBe("locked");
  await unlock({ world, page: again });
  lock.choose(1);
  await world.pass(MINUTE + 1_000);
  expect(again.screen.kind).toBe("locked");
});

test("use in another tab counts, and both lock and unlock together", async () => {
  const { world, page, tab } = await stage(1);
  const other = await tab();
  for (let i = 0; i < 4; i += 1) {
    await world.pass(30_000);
    other.touch();
  }
  expect([page.screen.kind, other.screen.kind]).toEqual(["chat", "chat"]);
  other.chat.lockNow();
  await world.pass(1_000);
  expect([page.screen.kind, other.screen.kind]).toEqual(["locked", "locked"]);
  await unlock({ world, page });
  expect([page.screen.kind, other.screen.kind]).toEqual(["chat", "chat"]);
  expect(world.server.lock.locked.has(ANNA)).toBe(false);
  expect(world.server.lock.told.locked).toBe(1);
});

test("a device that slept is locked by whoever touches it first", async () => {
  const { world, page } = await stage(5);
  // The machine slept: the wall clock went on, timers did not.
  world.clock.offset += 10 * MINUTE;
  page.touch();
  await world.pass(100);
  expect(page.screen.kind).toBe("locked");
});

test("what is recorded just now is not cut short", async () => {
  const { world, page } = await stage(1);
  const note = await page.conversation.composer.record();
  await world.pass(500);
  expect(note.state.get().kind).toBe("recording");
  await world.pass(2 * MINUTE);
  expect(page.screen.kind).toBe("chat");
  note.cancel();
  await world.pass(2 * MINUTE);
  expect(page.screen.kind).toBe("locked");
});

test("a draft survives, and what came meanwhile is there, unread until it is looked at", async () => {
  const { world, page, conv } = await stage(0);
  page.conversation.composer.setText("Half a thought");
  world.say(world.group(BEN, ANNA), BEN, "Elsewhere");
  await world.pass(1_000);
  expect(page.badges.at(-1)).toBe(1);
  page.chat.lockNow();
  await world.pass(2_000);
  world.say(conv, BEN, "Where are you?");
  await world.pass(10_000);
  const read = () => {
    const stream = world.server.journal.streams.get(conv);
    const members = stream && world.server.journal.conversation(stream, BEN).members;
    return members?.find(({ person }) => person === ANNA)?.read;
  };
  expect(read()).toBe(0);
  expect(page.badges.at(-1)).toBe(0);
  await unlock({ world, page });
  expect(page.conversation.id).toBe(conv);
  expect(page.conversation.composer.state.get().text).toBe("Half a thought");
  expect(page.messages.map(({ text }) => text)).toContain("Where are you?");
  page.conversation.timeline.seen(page.messages.at(-1)?.key ?? "");
  await world.pass(5_000);
  expect(read()).toBe(1);
});

test("what was said before is sent first; without a line once there is one", async () => {
  const { world, page, conv } = await stage(0);
  const said = () => world.server.journal.all.filter(({ type }) => type === "message.sent").length;
  page.undoSend = true;
  page.write("One moment");
  page.chat.lockNow();
  await world.pass(500);
  expect(page.screen.kind).toBe("locked");
  expect(said()).toBe(0);
  await world.pass(10_000);
  expect(said()).toBe(1);
  expect(world.server.lock.locked.has(ANNA)).toBe(true);
  await unlock({ world, page });
  await page.open(conv);
  page.undoSend = false;
  world.server.reachable = false;
  world.server.cut(ANNA);
  page.write("From the tunnel");
  await world.pass(500);
  page.chat.lockNow();
  await world.pass(60_000);
  expect([page.screen.kind, said()]).toEqual(["locked", 1]);
  world.server.reachable = true;
  await world.pass(60_000);
  expect(said()).toBe(2);
  expect(world.server.lock.locked.has(ANNA)).toBe(true);
});

test("a reload stays locked, without a server and with a flag that somebody cleared", async () => {
  const { world, page, tab } = await stage(0);
  page.chat.lockNow();
  await world.pass(2_000);
  page.close();
  world.server.reachable = false;
  const offline = await tab();
  expect(offline.screen.kind).toBe("locked");
  void offline.locked.byPassword(PASSWORD);
  await world.pass(1_000);
  expect(offline.locked.state.get().trouble?.code).toBe("offline");
  offline.close();
  world.server.reachable = true;
  offline.browser.lock.locked.set(false);
  const cleared = await tab();
  expect(cleared.screen.kind).toBe("locked");
  await unlock({ world, page: cleared });
  expect(cleared.screen.kind).toBe("chat");
});

test("who comes back to a page that was closed too long ago finds it locked", async () => {
  const { world, page, tab } = await stage(15);
  page.close();
  await world.pass(20 * MINUTE);
  const again = await tab();
  expect(again.screen.kind).toBe("locked");
  expect(world.server.lock.locked.has(ANNA)).toBe(true);
});

test("a page that the server tells of the lock hides it all, and keeps no rows", async () => {
  const { world, page, conv } = await stage(0);
  world.say(conv, BEN, "In the clear");
  await world.pass(5_000);
  const rows = () => JSON.stringify(page.vault.kept?.store.kept);
  expect(rows()).toContain("In the clear");
  world.server.lock.locked.add(ANNA);
  world.server.say({ t: "bye", code: "session_locked", detail: "", retry_after: 0.1 }, ANNA);
  await world.pass(5_000);
  expect(page.screen.kind).toBe("locked");
  expect(rows()).not.toContain("In the clear");
  await unlock({ world, page });
  expect(page.conversation.id).toBe(conv);
});

test("a page that locks without a line tells the server when there is one", async () => {
  const { world, page } = await stage(0);
  world.server.reachable = false;
  world.server.cut(ANNA);
  await world.pass(1_000);
  page.chat.lockNow();
  await world.pass(10_000);
  expect([page.screen.kind, world.server.lock.told.locked]).toEqual(["locked", 0]);
  world.server.reachable = true;
  await world.pass(10_000);
  expect(world.server.lock.locked.has(ANNA)).toBe(true);
});

test("a passkey unlocks; a wrong one, a wrong password and none leave it locked and say so", async () => {
  const { world, page } = await stage(0);
  const lock = (await page.later()).appLock();
  await world.pass(500);
  lock.choose(5);
  await world.pass(1_000);
  expect(lock.passkeys.state.get()).toMatchObject({ added: true, passkeys: [{ name: "Test" }] });
  lock.lockNow();
  await world.pass(2_000);
  const trouble = () => page.locked.state.get().trouble?.code;
  void page.locked.byPassword("guessed");
  await world.pass(1_000);
  expect(trouble()).toBe("bad_password");
  page.authenticator.secret = "another";
  void page.locked.byPasskey();
  await world.pass(1_000);
  expect(trouble()).toBe("bad_passkey");
  page.authenticator.secret = "kept-here";
  void page.locked.byPasskey();
  await world.pass(5_000);
  expect(page.screen.kind).toBe("chat");
  page.chat.lockNow();
  world.server.assurance.keys.clear();
  await world.pass(2_000);
  void page.locked.byPasskey();
  await world.pass(1_000);
  expect(trouble()).toBe("no_passkey");
});

test("turned on long after the sign-in, it asks for the password before a passkey", async () => {
  const { world, page } = await stage(0);
  world.server.assurance.stale = true;
  const { passkeys } = (await page.later()).appLock();
  void passkeys.add();
  await world.pass(1_000);
  expect(passkeys.state.get()).toMatchObject({ asksPassword: true, passkeys: [] });
  void passkeys.add("guessed");
  await world.pass(1_000);
  expect(passkeys.state.get().trouble?.code).toBe("bad_password");
  void passkeys.add(PASSWORD);
  await world.pass(1_000);
  expect(passkeys.state.get()).toMatchObject({ asksPassword: false, added: true });
});

test("a client unlocks with a code, and sign-out leads to the sign-in", async () => {
  const { world, page } = await stage(0, CLARA);
  world.server.clients.addresses.set(CLARA, "+48601234567");
  page.chat.lockNow();
  await world.pass(2_000);
  expect(page.locked.isClient).toBe(true);
  void page.locked.sendCode();
  await world.pass(1_000);
  page.locked.state.get().code?.type(world.server.clients.codes.get("+48601234567") ?? "");
  await world.pass(5_000);
  expect(page.screen.kind).toBe("chat");
  page.chat.lockNow();
  await world.pass(2_000);
  void page.locked.signOut();
  await world.pass(2_000);
  expect(page.screen.kind).toBe("sign_in");
  expect(page.vault.kept).toBeUndefined();
  expect(page.browser.lock.locked.get()).toBe(false);
});

test("a locked page that is lost while the mail is read comes back to the code", async () => {
  const { world, page, tab } = await stage(0, CLARA);
  world.server.clients.addresses.set(CLARA, "+48601234567");
  page.chat.lockNow();
  await world.pass(2_000);
  void page.locked.sendCode();
  await world.pass(1_000);
  page.close();
  const again = await tab({ tab: page.tab });
  again.locked.state.get().code?.type(world.server.clients.codes.get("+48601234567") ?? "");
  await world.pass(5_000);
  expect(again.screen.kind).toBe("chat");
  expect(again.tab.awaited).toBeUndefined();
});

test("an end of the session while it is locked is told on the sign-in", async () => {
  const { world, page } = await stage(0);
  page.chat.lockNow();
  await world.pass(2_000);
  world.server.signedOut.add(ANNA);
  world.server.endedAs.set(ANNA, "device_revoked");
  await unlock({ world, page });
  expect(page.signIn.state.get().reason).toBe("device_revoked");
});

test("who signs out while the server has not heard of the lock locks nobody after them", async () => {
  const { world, page } = await stage(0);
  world.server.reachable = false;
  world.server.cut(ANNA);
  page.chat.lockNow();
  await world.pass(4_000);
  world.server.reachable = true;
  void page.locked.signOut();
  await world.pass(200);
  void page.signIn.submit("anna", "anything");
  await world.pass(10_000);
  expect([page.screen.kind, world.server.lock.locked.has(ANNA)]).toEqual(["chat", false]);
});
