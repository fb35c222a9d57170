import { expect, test } from "vitest";
import { Page } from "../../tests/fakes/chat";
import { BEN, CLARA, World } from "../../tests/fakes/world";
import { NoPasskey } from "../session/failures";
import type { PasskeysModel } from "./passkeys";

const PHONE = "+48601234567";

/** Clara at her sign-in page. */
async function outside(world = new World(), vault?: Page["vault"]) {
  world.server.clients.addresses.set(CLARA, PHONE);
  world.server.signedOut.add(CLARA);
  const page = new Page(world, CLARA, vault);
  await world.pass(100);
  page.signIn.client?.open();
  return { world, page };
}

async function byCode(page: Page): Promise<void> {
  const { world } = page;
  const { client } = page.signIn;
  void client?.send(PHONE);
  await world.pass(100);
  const state = client?.state.get();
  if (state?.step !== "code") throw new Error(`the step is ${state?.step}`);
  state.code.type(world.server.clients.codes.get(PHONE) ?? "");
  await world.pass(1_000);
}

async function own(page: Page): Promise<PasskeysModel> {
  const passkeys = (await page.later()).passkeys();
  if (passkeys === undefined) throw new Error("no client");
  return passkeys;
}

test("after a code a passkey is offered; made, it lets one in without", async () => {
  const { world, page } = await outside();
  await byCode(page);
  expect(page.chat.offer.get()).toBe(true);
  page.chat.closeOffer(false);
  const passkeys = await own(page);
  void passkeys.add();
  await world.pass(1_000);
  expect(passkeys.state.get()).toMatchObject({ added: true, passkeys: [{ name: "Test" }] });
  void page.chat.signOut(true);
  await world.pass(1_000);
  page.signIn.client?.open();
  void page.signIn.client?.byPasskey();
  await world.pass(1_000);
  expect(page.chat.me.get().id).toBe(CLARA);
  // Who has one is offered none, and after a passkey neither.
  expect(page.chat.offer.get()).toBe(false);
});

test("it is offered to nobody who declined it, who cannot make one, or who is no client", async () => {
  const { world, page } = await outside();
  await byCode(page);
  page.chat.closeOffer(true);
  void page.chat.signOut(true);
  await world.pass(1_000);
  await byCode(page);
  expect(page.chat.offer.get()).toBe(false);
  const other = await outside();
  other.page.authenticator.available = false;
  await byCode(other.page);
  expect(other.page.chat.offer.get()).toBe(false);
  const ben = new Page(other.world, BEN);
  await other.world.pass(1_000);
  expect(ben.chat.offer.get()).toBe(false);
  expect((await ben.later()).passkeys()).toBeUndefined();
});

test("a device that says no leaves everything as it was, and says so", async () => {
  const { world, page } = await outside();
  page.authenticator.refusal = new NoPasskey("passkey_cancelled");
  void page.signIn.client?.byPasskey();
  await world.pass(100);
  const state = page.signIn.client?.state.get();
  expect(state).toMatchObject({ step: "address", busy: false });
  expect(state).toMatchObject({ trouble: { code: "passkey_cancelled" } });
  await byCode(page);
  const passkeys = await own(page);
  void passkeys.add();
  await world.pass(1_000);
  expect(passkeys.state.get()).toMatchObject({ busy: false, added: false, passkeys: [] });
  expect(passkeys.state.get().trouble?.code).toBe("passkey_cancelled");
});

test("after a while a code is asked for first; then the passkey is made", async () => {
  const { world, page } = await outside();
  await byCode(page);
  world.server.assurance.stale = true;
  const passkeys = await own(page);
  void passkeys.add();
  await world.pass(1_000);
  const { code } = passkeys.state.get();
  expect(code).toBeDefined();
  code?.type("000000");
  await world.pass(1_000);
  expect(code?.state.get().trouble?.code).toBe("bad_code");
  expect(page.screen.kind).toBe("chat");
  code?.type(world.server.clients.codes.get(PHONE) ?? "");
  await world.pass(1_000);
  expect(passkeys.state.get()).toMatchObject({ code: undefined, added: true });
});

test("one that is removed lets nobody in", async () => {
  const { world, page } = await outside();
  await byCode(page);
  const passkeys = await own(page);
  void passkeys.add();
  await world.pass(1_000);
  void passkeys.remove(passkeys.state.get().passkeys[0]?.id ?? "");
  await world.pass(1_000);
  expect(passkeys.state.get().passkeys).toEqual([]);
  void page.chat.signOut(true);
  await world.pass(1_000);
  page.signIn.client?.open();
  void page.signIn.client?.byPasskey();
  await world.pass(100);
  expect(page.signIn.client?.state.get()).toMatchObject({ trouble: { code: "bad_passkey" } });
});

test("at the end of the period a code comes before anything else, and what is kept stays", async () => {
  const world = new World();
  world.server.clients.addresses.set(CLARA, PHONE);
  const before = new Page(world, CLARA);
  await world.pass(1_000);
  before.close();
  world.server.assurance.due.add(CLARA);
  const page = new Page(world, CLARA, before.vault);
  await world.pass(1_000);
  void page.verify.send();
  await world.pass(100);
  const { code } = page.verify.state.get();
  code?.type("000000");
  await world.pass(100);
  expect(code?.state.get().trouble?.code).toBe("bad_code");
  expect(page.vault.kept).toBeDefined();
  code?.type(world.server.clients.codes.get(PHONE) ?? "");
  await world.pass(1_000);
  expect(page.chat.status.state.get().connection).toBe("online");
});

test("a page that is lost while the mail is read comes back to the code", async () => {
  const world = new World();
  world.server.clients.addresses.set(CLARA, PHONE);
  const before = new Page(world, CLARA);
  await world.pass(1_000);
  before.close();
  world.server.assurance.due.add(CLARA);
  const lost = new Page(world, CLARA, before.vault);
  await world.pass(1_000);
  void lost.verify.send();
  await world.pass(5_000);
  lost.close();
  const page = new Page(world, CLARA, before.vault, { tab: lost.tab });
  await world.pass(1_000);
  const { code } = page.verify.state.get();
  expect(code?.state.get()).toMatchObject({ way: "sms", busy: false });
  code?.type(world.server.clients.codes.get(PHONE) ?? "");
  await world.pass(1_000);
  expect(page.chat.status.state.get().connection).toBe("online");
  expect(page.tab.awaited).toBeUndefined();
});

test("a code that somebody else waited for, or that has expired, has no field", async () => {
  const world = new World();
  world.server.clients.addresses.set(CLARA, PHONE);
  world.server.assurance.due.add(CLARA);
  const lost = new Page(world, CLARA);
  await world.pass(1_000);
  void lost.verify.send();
  await world.pass(1_000);
  const kept = lost.tab.awaited;
  if (kept === undefined) throw new Error("nothing is kept");
  const others = { awaited: { ...kept, whose: BEN } };
  for (const [tab, later] of [
    [others, 0],
    [lost.tab, 10 * 60_000],
  ] as const) {
    await world.pass(later);
    const page = new Page(world, CLARA, lost.vault, { tab });
    await world.pass(1_000);
    expect(page.verify.state.get().code).toBeUndefined();
    page.close();
  }
});

test("a period that ends while somebody writes shows the code, keeps the text, and goes on", async () => {
  const world = new World();
  world.server.clients.addresses.set(CLARA, PHONE);
  const page = new Page(world, CLARA);
  await world.pass(1_000);
  page.chat.openDirect(BEN);
  await world.pass(1_000);
  page.conversation.composer.setText("half a sente");
  world.server.assurance.due.add(CLARA);
  world.server.clients.accepted.set(CLARA, "0".repeat(64));
  world.server.say({ t: "bye", code: "verification_due", detail: "", retry_after: 0.1 }, CLARA);
  world.server.cut(CLARA);
  await world.pass(5_000);
  void page.verify.send(); // before the notice, too
  await world.pass(100);
  page.verify.state.get().code?.type(world.server.clients.codes.get(PHONE) ?? "");
  await world.pass(1_000);
  expect(page.screen.kind).toBe("notice");
  void page.notice.accept();
  await world.pass(1_000);
  page.chat.openDirect(BEN);
  await world.pass(100);
  expect(page.conversation.composer.state.get().text).toBe("half a sente");
  expect(page.chat.status.state.get().connection).toBe("online");
});

test("an advisor gives their word for a client, takes it back, and has one come in anew", async () => {
  const world = new World();
  world.server.clients.addresses.set(CLARA, PHONE);
  const ben = new Page(world, BEN);
  await world.pass(1_000);
  ben.chat.openDirect(CLARA);
  await world.pass(1_000);
  const { check } = await ben.details();
  void check?.confirm("video");
  await world.pass(100);
  void check?.withdraw();
  await world.pass(100);
  void check?.reset("clara@example.com", "screen");
  await world.pass(100);
  expect(world.server.assurance.words).toEqual(
    ["video", "withdrawn", "reset"].map((word) => `${CLARA} ${word}`),
  );
  expect(check?.state.get().link).toMatchObject({ invite: { address: "clara@example.com" } });
  check?.done();
  expect(check?.state.get().link).toBeUndefined();
  ben.chat.openDirect(world.server.people.keys().next().value ?? "");
  await world.pass(1_000);
  expect((await ben.details()).check).toBeUndefined();
});

test("a list that could not be had is asked for again", async () => {
  const { world, page } = await outside();
  await byCode(page);
  world.server.reachable = false;
  const passkeys = await own(page);
  await world.pass(1_000);
  expect(passkeys.state.get()).toMatchObject({ known: false, trouble: { code: "offline" } });
  world.server.reachable = true;
  void passkeys.refresh();
  await world.pass(1_000);
  expect(passkeys.state.get()).toMatchObject({ known: true, loading: false, passkeys: [] });
  expect(passkeys.state.get().trouble).toBeUndefined();
});
