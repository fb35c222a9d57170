/** Somebody else comes in: asked about before, and said in every tab. */
import { describe, expect, test } from "vitest";
import { FakeKeeper, type FakeTab, FakeVault, Page } from "../../tests/fakes/chat";
import { ANNA, BEN, CLARA, World } from "../../tests/fakes/world";

const LINK = "t".repeat(43);

/** Anna's tab with a conversation open, and the tab in which a link for Ben is opened. */
async function opened() {
  const world = new World();
  const conv = world.group(ANNA, BEN);
  world.server.links.set(LINK, BEN);
  const tab: FakeTab = {};
  const first = new Page(world, ANNA, new FakeVault(), { tab });
  await world.pass(1_000);
  await first.open(conv);
  const { browser, vault } = first;
  const second = new Page(world, ANNA, vault, { link: LINK, browser });
  await world.pass(1_000);
  return { world, conv, tab, first, second };
}

test("a link of somebody else asks first, and nothing has changed until it is answered", async () => {
  const { world, first, second } = await opened();
  expect(second.switching).toMatchObject({ here: "Anna Nowak", next: "Ben Ode" });
  expect(world.server.links.has(LINK)).toBe(true);
  expect(first.chat.me.get().id).toBe(ANNA);
  second.switching.stay?.();
  await world.pass(1_000);
  expect(second.chat.me.get().id).toBe(ANNA);
  expect(world.server.links.has(LINK)).toBe(true);
});

test("once it is agreed to, the other tabs say whose they are before anything can be written", async () => {
  const { world, conv, first, second } = await opened();
  second.switching.goOn();
  await world.pass(5_000);
  expect(second.chat.me.get().id).toBe(BEN);
  const told = first.switching;
  expect(told).toMatchObject({ here: "Anna Nowak", next: "Ben Ode" });
  expect(told.stay).toBeUndefined();
  told.goOn();
  await world.pass(1_000);
  await first.open(conv);
  first.write("as Ben");
  await world.pass(1_000);
  expect(world.server.journal.all.at(-1)).toMatchObject({ actor: BEN, text: "as Ben" });
});

test("a tab that was loaded anew meanwhile says it as well", async () => {
  const { world, tab, first, second } = await opened();
  first.close();
  second.switching.goOn();
  await world.pass(5_000);
  const { browser, vault } = second;
  const again = new Page(world, ANNA, vault, { tab, browser });
  await world.pass(1_000);
  expect(again.switching).toMatchObject({ here: "Anna Nowak", next: "Ben Ode" });
  again.switching.goOn();
  await world.pass(1_000);
  expect(again.chat.me.get().id).toBe(BEN);
});

test("nothing is done in the wrong name by a page that has not heard of it yet", async () => {
  const { world, first } = await opened();
  world.server.switchTo(ANNA, BEN);
  const before = world.server.journal.all.length;
  const dialog = (await first.later()).newConversation();
  dialog.choose(BEN);
  const made = dialog.create();
  await world.pass(1_000);
  expect(await made).toBe(false);
  expect(world.server.journal.all.length).toBe(before);
});

test("whoever signs out and types another name in this tab is told nothing", async () => {
  const world = new World();
  const tab: FakeTab = {};
  const page = new Page(world, ANNA, new FakeVault(), { tab });
  await world.pass(1_000);
  void page.chat.signOut(true);
  await world.pass(1_000);
  expect(page.signIn.state.get().reason).toBe("signed_out");
  expect(tab.wasHere).toBeUndefined();
  world.server.switchTo(ANNA, BEN);
  void page.signIn.submit("ben", "word");
  await world.pass(1_000);
  expect(page.chat.me.get().id).toBe(BEN);
});

describe("whoever comes in another way", () => {
  const MAIL = "ewa@example.com";

  /** Anna's browser, and a tab of it in which an invitation was accepted up to its code. */
  async function invited() {
    const world = new World();
    const invites = new FakeKeeper();
    invites.address = world.server.clients.invited(BEN);
    const first = new Page(world, ANNA);
    await world.pass(1_000);
    const { browser, vault } = first;
    const second = new Page(world, ANNA, vault, { invites, browser });
    await world.pass(1_000);
    void second.invitation.accept();
    await world.pass(100);
    const state = second.invitation.state.get();
    if (state.step !== "code") throw new Error(`the step is ${state.step}`);
    state.code.type(world.server.clients.codes.get(MAIL) ?? "");
    await world.pass(1_000);
    return { world, first, second, invites };
  }

  test("by an invitation is asked, and the code that was typed is used once they agree", async () => {
    const { world, first, second } = await invited();
    expect(second.switching).toMatchObject({ here: "Anna Nowak", next: "e•••@example.com" });
    expect(first.chat.me.get().id).toBe(ANNA);
    second.switching.goOn();
    await world.pass(5_000);
    expect(second.chat.me.get().name).toBe("Ewa Lis");
    expect(first.switching).toMatchObject({ here: "Anna Nowak", next: "Ewa Lis" });
  });

  test("by an invitation may stay who they are; it opens as before", async () => {
    const { world, second, invites } = await invited();
    const token = invites.kept?.token ?? "";
    second.switching.stay?.();
    await world.pass(1_000);
    expect(second.chat.me.get().id).toBe(ANNA);
    expect(invites.kept).toBeUndefined();
    const again = new FakeKeeper();
    again.address = token;
    const third = new Page(world, ANNA, second.vault, { invites: again });
    await world.pass(1_000);
    expect(third.invitation.state.get().step).toBe("notice");
  });

  test.each(["a code", "a passkey"])("by %s is asked on a page that was left open", async (way) => {
    const world = new World();
    world.server.clients.addresses.set(CLARA, MAIL);
    world.server.signedOut.add(ANNA);
    const page = new Page(world, ANNA);
    await world.pass(1_000);
    const key = { id: "key", name: "Phone", created_at: "2026-11-24T09:00:00.000000Z" };
    const secret = "kept-here";
    page.authenticator.secret = secret;
    world.server.assurance.keys.set(CLARA, [{ ...key, secret }]);
    const { client } = page.signIn;
    client?.open();
    if (way === "a code") {
      void client?.send(MAIL);
      await world.pass(1_000);
    }
    world.server.signedOut.delete(ANNA); // she signs in in another tab
    const state = client?.state.get();
    if (state?.step === "code") state.code.type(world.server.clients.codes.get(MAIL) ?? "");
    else void client?.byPasskey();
    await world.pass(1_000);
    expect(page.switching.here).toBe("Anna Nowak");
    page.switching.goOn();
    await world.pass(5_000);
    expect(page.chat.me.get().id).toBe(CLARA);
  });
});
