import { describe, expect, test } from "vitest";
import { FakeVault, Page } from "../../tests/fakes/chat";
import { ANNA, BEN, CLARA, World } from "../../tests/fakes/world";

async function opened(world: World, person = ANNA): Promise<Page> {
  const page = new Page(world, person);
  await world.pass(1_000);
  return page;
}

describe("the first screen", () => {
  test("is the chat when the server knows the session", async () => {
    const page = await opened(new World());
    expect(page.screen.kind).toBe("chat");
    expect(page.chat.me.get().name).toBe("Anna Nowak");
  });

  test("has one's own name before the lists have come", async () => {
    const world = new World();
    const page = new Page(world, ANNA);
    while (page.screen.kind !== "chat") await world.pass(1);
    expect(page.chat.list.state.get().loading).toBe("first");
    expect(page.chat.me.get().name).toBe("Anna Nowak");
  });

  test("is the sign-in when it does not; what lay on the device is destroyed", async () => {
    const world = new World();
    world.server.signedOut.add(ANNA);
    const page = await opened(world);
    expect(page.screen.kind).toBe("sign_in");
    expect(page.vault.destroyed).toBe(1);
  });

  test("is the sign-in with the reason when nobody answers, and the chat once somebody does", async () => {
    const world = new World();
    world.server.reachable = false;
    const page = await opened(world);
    expect(page.signIn.state.get().trouble?.code).toBe("offline");
    world.server.reachable = true;
    await world.pass(5_000);
    expect(page.screen.kind).toBe("chat");
  });

  test("is whose a one-time link is, and the chat after a press", async () => {
    const world = new World();
    world.server.signedOut.add(ANNA);
    world.server.links.set("token", ANNA);
    const page = new Page(world, ANNA, new FakeVault(), { link: "token" });
    await world.pass(10_000);
    expect(page.signIn.state.get()).toMatchObject({
      busy: false,
      byLink: true,
      whose: "Anna Nowak",
    });
    expect(world.server.links.has("token")).toBe(true);
    void page.signIn.goOn?.();
    await world.pass(1_000);
    expect(page.screen.kind).toBe("chat");
    expect(world.server.links.has("token")).toBe(false);
  });

  test("is the sign-in where a one-time link was used before the press", async () => {
    const world = new World();
    world.server.signedOut.add(ANNA);
    world.server.links.set("token", ANNA);
    const page = new Page(world, ANNA, new FakeVault(), { link: "token" });
    await world.pass(1_000);
    const used = { at: "2026-12-01T08:00:00Z", device: "Firefox, Windows", address: "192.0.2.7" };
    world.server.usedLinks.set("token", used);
    void page.signIn.goOn?.();
    await world.pass(1_000);
    expect(page.signIn.state.get()).toMatchObject({
      byLink: false,
      trouble: { code: "link_used" },
      used,
    });
  });

  test("says so when its code cannot be fetched, and comes when it can", async () => {
    const world = new World();
    world.server.signedOut.add(ANNA);
    let lost = true;
    const page = new Page(world, ANNA, new FakeVault(), { doorsLost: () => lost });
    await world.pass(1_000);
    const { screen } = page;
    if (screen.kind !== "unfetched") throw new Error(`the screen is ${screen.kind}`);
    lost = false;
    screen.again();
    await world.pass(10);
    expect(page.screen.kind).toBe("sign_in");
  });

  test("shows what is kept at once, without an answer of the server", async () => {
    const world = new World();
    const conv = world.group(ANNA, BEN);
    world.say(conv, BEN, "kept");
    const page = await opened(world);
    await page.open(conv);
    await world.pass(5_000);
    page.close();
    world.server.reachable = false;
    const again = new Page(world, ANNA, page.vault);
    await world.pass(0);
    expect(again.chat.list.state.get().items.map(({ id }) => id)).toEqual([conv]);
    again.chat.open(conv);
    expect(again.messages.map(({ text }) => text)).toEqual(["kept"]);
    expect(again.chat.status.state.get().connection).toBe("connecting");
  });

  test("of another person starts with an empty store", async () => {
    const world = new World();
    const conv = world.group(ANNA, BEN);
    const page = await opened(world);
    await world.pass(5_000);
    page.close();
    const { vault } = page;
    const kept = vault.kept?.store;
    world.server.signedOut.add(ANNA);
    const bens = new Page(world, BEN, vault);
    await world.pass(5_000);
    bens.switching.goOn(); // what was kept of Anna was shown first
    await world.pass(1_000);
    expect(bens.chat.me.get().id).toBe(BEN);
    expect(vault.kept?.owner).toBe(BEN);
    expect(vault.kept?.store).not.toBe(kept);
    expect(conv).toBeDefined();
  });
});

describe("the end", () => {
  test("signing out destroys what lies on the device and shows the sign-in", async () => {
    const world = new World();
    const page = await opened(world);
    const done = page.chat.signOut(false);
    await world.pass(100);
    expect(await done).toEqual({ done: true });
    expect(page.vault.kept).toBeUndefined();
    expect(page.signIn.state.get().reason).toBe("signed_out");
  });

  test("signing out in one tab ends the others at once, connected or not", async () => {
    const world = new World();
    const page = await opened(world);
    const other = new Page(world, ANNA, page.vault, { browser: page.browser });
    await world.pass(1_000);
    expect(other.screen.kind).toBe("chat");
    const done = page.chat.signOut(false);
    await world.pass(20);
    await done;
    expect(other.signIn.state.get().reason).toBe("signed_out");
    expect(page.vault.kept).toBeUndefined();
  });

  test("signing out with unsent messages asks first", async () => {
    const world = new World();
    const conv = world.group(ANNA, BEN);
    const page = await opened(world);
    await page.open(conv);
    world.server.refuse = (frame) => ({ t: "pending", id: frame.id, retry_after: 60 });
    page.write("not sent yet");
    await world.pass(100);
    expect(await page.chat.signOut(false)).toEqual({ unsent: 1 });
    expect(page.screen.kind).toBe("chat");
    const done = page.chat.signOut(true);
    await world.pass(100);
    expect(await done).toEqual({ done: true });
    expect(page.vault.kept).toBeUndefined();
  });

  test("signing out without a network does nothing but say so", async () => {
    const world = new World();
    const page = await opened(world);
    world.server.reachable = false;
    const done = page.chat.signOut(false);
    await world.pass(100);
    expect(await done).toEqual({ done: false });
    expect(page.vault.kept).toBeDefined();
    expect(page.chat.toasts.state.get()[0]?.code).toBe("offline");
  });

  test("somebody else's session in another tab ends this one, and takes nothing of theirs", async () => {
    const world = new World();
    const page = await opened(world);
    await page.vault.create(BEN);
    world.server.switchTo(ANNA, BEN);
    world.server.cut(ANNA);
    await world.pass(5_000);
    expect(page.vault.kept?.owner).toBe(BEN);
    page.switching.goOn();
    await world.pass(1_000);
    expect(page.chat.me.get().id).toBe(BEN);
  });
});

describe("the list", () => {
  test("has the newest conversation first, with its preview and unread count", async () => {
    const world = new World();
    const [one, two] = [world.group(ANNA, BEN), world.group(ANNA, CLARA)];
    const page = await opened(world);
    await world.pass(10);
    world.say(one, BEN, "first");
    await world.pass(10);
    world.say(two, CLARA, "second");
    world.say(two, CLARA, "third");
    await world.pass(10);
    world.say(one, BEN, "newest");
    await world.pass(100);
    const { items, unread } = page.chat.list.state.get();
    expect(items.map(({ id, unread }) => [id, unread])).toEqual([
      [one, 2],
      [two, 2],
    ]);
    expect(items[0]?.preview).toMatchObject({ kind: "message", text: "newest" });
    expect(unread).toBe(2);
    expect(page.badges.at(-1)).toBe(2);
  });

  test("marks who is from outside the firm", async () => {
    const world = new World();
    world.group(ANNA, BEN);
    world.group(ANNA, CLARA);
    const page = await opened(world);
    const names = page.chat.list.state.get().items.map(({ outsideName }) => outsideName);
    expect(names.sort()).toEqual(["Ito Ltd", undefined]);
  });

  test("a removal hides the text of the preview", async () => {
    const world = new World();
    const conv = world.group(ANNA, BEN);
    const page = await opened(world);
    const message = world.say(conv, BEN, "secret");
    await world.pass(100);
    world.remove(message);
    await world.pass(100);
    expect(page.chat.list.state.get().items[0]?.preview).toMatchObject({ kind: "removed" });
  });

  test("finds conversations by the names of their members, without accents", async () => {
    const world = new World();
    const conv = world.group(ANNA, CLARA);
    world.group(ANNA, BEN);
    const page = await opened(world);
    page.chat.list.search("ĆLA ito");
    expect(page.chat.list.state.get().items.map(({ id }) => id)).toEqual([conv]);
    page.chat.list.search("xyz");
    expect(page.chat.list.state.get().items).toEqual([]);
    page.chat.list.search("");
    expect(page.chat.list.state.get().items).toHaveLength(2);
  });

  test("puts whom one names before the groups they are in, and is done once one is opened", async () => {
    const world = new World();
    const group = world.group(ANNA, BEN, CLARA);
    const page = await opened(world);
    page.chat.openDirect(CLARA);
    await world.pass(100);
    const direct = page.conversation.id;
    world.say(group, BEN, "newer");
    await world.pass(100);
    page.chat.list.search("clara");
    expect(page.chat.list.state.get().items.map(({ id }) => id)).toEqual([direct, group]);
    page.chat.open(group, world.say(group, BEN, "found").event_id);
    expect(page.chat.list.state.get().query).toBe("clara");
    page.chat.open(direct);
    expect(page.chat.list.state.get().query).toBe("");
  });

  test("opens what was open before, once it is known, and nothing that is not there", async () => {
    const world = new World();
    const conv = world.group(ANNA, BEN);
    const tab = { open: conv };
    const page = new Page(world, ANNA, undefined, { tab });
    while (page.screen.kind !== "chat") await world.pass(1);
    expect(page.chat.list.state.get().loading).toBe("first");
    await world.pass(1_000);
    expect(page.conversation.id).toBe(conv);
    page.chat.close();
    expect(tab.open).toBeUndefined();
    const other = new Page(world, ANNA, undefined, { tab: { open: "somebody else's" } });
    await world.pass(1_000);
    expect(other.chat.conversation.get()).toBeUndefined();
  });

  test("drops a found message once it is removed", async () => {
    const world = new World();
    const conv = world.group(ANNA, BEN);
    const message = world.say(conv, BEN, "secret");
    const { event_id, conv_seq, actor, at } = message;
    const found = [{ event_id, conv, conv_seq, actor, at, text: "secret", marks: [] }];
    const api = world.server.apiOf(ANNA);
    world.server.apiOf = () => ({ ...api, search: async () => ({ hits: found.splice(0) }) });
    const page = await opened(world);
    page.chat.list.search("secret");
    await world.pass(1_000);
    expect(page.chat.list.state.get().hits).toHaveLength(1);
    world.remove(message);
    await world.pass(100);
    expect(page.chat.list.state.get().hits).toEqual([]);
  });

  test("shows an unsent message with its clock", async () => {
    const world = new World();
    const conv = world.group(ANNA, BEN);
    const page = await opened(world);
    await page.open(conv);
    world.server.refuse = (frame) => ({ t: "pending", id: frame.id, retry_after: 60 });
    page.write("on its way");
    await world.pass(100);
    const [item] = page.chat.list.state.get().items;
    expect(item).toMatchObject({ tick: "clock", preview: { text: "on its way" } });
  });

  test("shows who is typing until their message comes", async () => {
    const world = new World();
    const conv = world.group(ANNA, BEN);
    const [anna, ben] = [await opened(world), await opened(world, BEN)];
    await ben.open(conv);
    ben.conversation.composer.setText("h");
    await world.pass(20);
    const typing = () => anna.chat.list.state.get().items[0]?.typing.map(({ name }) => name);
    expect(typing()).toEqual(["Ben Ode"]);
    ben.conversation.composer.send();
    await world.pass(100);
    expect(typing()).toEqual([]);
  });
});

test("somebody who looks does not wait for the next attempt", async () => {
  const world = new World();
  const page = await opened(world);
  world.server.reachable = false;
  world.server.cut();
  await world.pass(120_000);
  expect(page.chat.status.state.get()).toMatchObject({ connection: "lost" });
  world.server.reachable = true;
  page.attention.set(true);
  await world.pass(100);
  expect(page.chat.status.state.get()).toMatchObject({ connection: "online" });
});

test("a draft is kept over a closed page", async () => {
  const world = new World();
  const conv = world.group(ANNA, BEN);
  const page = await opened(world);
  await page.open(conv);
  page.conversation.composer.setText("half a thou");
  page.close();
  await world.pass(10);
  const again = new Page(world, ANNA, page.vault);
  await world.pass(1_000);
  await again.open(conv);
  expect(again.conversation.composer.state.get().text).toBe("half a thou");
});

test("a direct conversation is found, or made", async () => {
  const world = new World();
  const page = await opened(world);
  page.chat.openDirect(BEN);
  await world.pass(200);
  const made = page.conversation.id;
  expect(page.conversation.summary.get()).toMatchObject({ kind: "direct", name: "Ben Ode" });
  page.chat.close();
  page.chat.openDirect(BEN);
  expect(page.conversation.id).toBe(made);
});

test("a new group is opened with its title and members", async () => {
  const world = new World();
  const page = await opened(world);
  const dialog = (await page.later()).newConversation();
  dialog.search("cl");
  expect(dialog.state.get().candidates).toEqual([]); // Clara is nobody's client yet
  dialog.choose(CLARA);
  expect(dialog.state.get().query).toBe(""); // the next one is another name
  dialog.choose(BEN);
  dialog.setTitle("  Mergers ");
  expect(dialog.state.get()).toMatchObject({ kind: "group", outsideNames: ["Ito Ltd"] });
  const created = dialog.create();
  await world.pass(200);
  expect(await created).toBe(true);
  expect(page.conversation.summary.get()).toMatchObject({ name: "Mergers", kind: "group" });
});

test("members are added and removed, and a refusal is told", async () => {
  const world = new World();
  const conv = world.group(ANNA, BEN);
  const page = await opened(world);
  await page.open(conv);
  const { members } = await page.details();
  expect(members.state.get().canChange).toBe(true);
  members.add(CLARA);
  await world.pass(100);
  expect(members.state.get().members.map(({ person }) => person.id)).toEqual([ANNA, BEN, CLARA]);
  members.add(CLARA);
  await world.pass(100);
  expect(members.state.get().trouble?.code).toBe("already_a_member");
  members.remove(CLARA);
  await world.pass(100);
  expect(members.state.get().members).toHaveLength(2);
  members.rename("Desk");
  await world.pass(100);
  expect(page.conversation.summary.get().name).toBe("Desk");
  members.leave();
  await world.pass(100);
  expect(page.conversation.composer.state.get().closed).toBe("left");
});
