/** Groups: who leads one, what is decided about it, and how the last admin leaves. */
import { describe, expect, test } from "vitest";
import { Page } from "../../tests/fakes/chat";
import type { Draft } from "../../tests/fakes/journal";
import { ANNA, BEN, CLARA, World } from "../../tests/fakes/world";
import { leads } from "../session/group";
import type * as wire from "../wire/types.gen";

async function opened(world: World, person: string, conv: string) {
  const page = new Page(world, person);
  await world.pass(1_000);
  await page.open(conv);
  const { members } = await page.details();
  return { page, members };
}

test("whoever made a group leads it, and makes others admins", async () => {
  const world = new World();
  const conv = world.group(ANNA, BEN, CLARA);
  const { members } = await opened(world, ANNA, conv);
  const admins = () => {
    const found = members.state.get().members.filter(({ admin }) => admin);
    return found.map(({ person }) => person.id);
  };
  expect(members.state.get()).toMatchObject({ canChange: true, lastAdmin: true });
  expect(admins()).toEqual([ANNA]);
  members.setAdmin(BEN, true);
  await world.pass(100);
  expect(admins()).toEqual([ANNA, BEN]);
  expect(members.state.get().lastAdmin).toBe(false);
});

test("a member who is no admin reads, and does not write where only admins do", async () => {
  const world = new World();
  const conv = world.group(ANNA, BEN, CLARA);
  const { members, page } = await opened(world, BEN, conv);
  expect(members.state.get()).toMatchObject({ canChange: false, lastAdmin: false });
  const composer = page.conversation.composer.state;
  expect(composer.get().closed).toBeUndefined();
  const decide = (decided: object) => {
    world.server.record({ ...decided, conv, actor: ANNA } as unknown as Draft);
  };
  decide({ type: "posting.changed", admins_only: true });
  await world.pass(100);
  expect(composer.get()).toMatchObject({ closed: "admins_only", canSend: false });
  expect(members.state.get().adminsOnly).toBe(true);
  decide({ type: "admin.changed", person: BEN, on: true });
  await world.pass(100);
  expect(composer.get().closed).toBeUndefined();
});

test("a description is set, not set twice, and taken away", async () => {
  const world = new World();
  const conv = world.group(ANNA, BEN);
  const { members } = await opened(world, ANNA, conv);
  members.describe("  Mergers  ");
  await world.pass(100);
  expect(members.state.get().description).toBe("Mergers");
  const { length } = world.server.journal.all;
  members.describe("Mergers");
  await world.pass(100);
  expect(world.server.journal.all).toHaveLength(length);
  members.describe(" ");
  await world.pass(100);
  expect(members.state.get().description).toBeUndefined();
});

test("what an admin wrote goes on in its form when they lead the group no more", async () => {
  const world = new World();
  const conv = world.group(ANNA, BEN);
  const { members } = await opened(world, ANNA, conv);
  world.server.refuse = (frame) => ({ t: "nack", id: frame.id, code: "not_an_admin", detail: "" });
  const text = "Mergers, on the third floor";
  members.rename(text);
  await world.pass(100);
  const refused = { trouble: { code: "not_an_admin" }, unsaved: { field: "title", text } };
  expect(members.state.get()).toMatchObject(refused);
  members.describe(text);
  await world.pass(100);
  expect(members.state.get().unsaved).toEqual({ field: "description", text });
  members.forgetUnsaved();
  expect(members.state.get().unsaved).toBeUndefined();
});

test("the last admin names another one and leaves, in this order", async () => {
  const world = new World();
  const conv = world.group(ANNA, BEN);
  const { members, page } = await opened(world, ANNA, conv);
  members.leaveTo(BEN);
  await world.pass(200);
  const said = world.server.journal.all.slice(-2).map(({ type }) => type);
  expect(said).toEqual(["admin.changed", "member.left"]);
  expect(page.conversation.composer.state.get().closed).toBe("left");
});

test("a link is shown once it is on the record, and not on another page", async () => {
  const world = new World();
  const conv = world.group(ANNA, BEN);
  const { members } = await opened(world, ANNA, conv);
  expect(members.state.get().newLink).toBeUndefined();
  await members.makeLink(7);
  await world.pass(100);
  const { link, newLink } = members.state.get();
  expect(link).toMatchObject({ over: false, uses: 0, by: { id: ANNA } });
  expect(newLink).toMatch(/^[0-9a-f]{64}$/);
  const elsewhere = await opened(world, ANNA, conv);
  expect(elsewhere.members.state.get().link).toBeDefined();
  expect(elsewhere.members.state.get().newLink).toBeUndefined();
  members.endLink();
  await world.pass(100);
  expect(members.state.get()).toMatchObject({ link: undefined, newLink: undefined });
});

test("removing somebody ends the link that they may have, leaving does not", async () => {
  const world = new World();
  const conv = world.group(ANNA, BEN, CLARA);
  const { members } = await opened(world, ANNA, conv);
  await members.makeLink(7);
  await world.pass(100);
  world.server.record({ type: "member.left", conv, actor: CLARA } as unknown as Draft);
  await world.pass(100);
  expect(members.state.get().link).toBeDefined();
  members.remove(BEN);
  await world.pass(100);
  expect(members.state.get()).toMatchObject({ link: undefined, newLink: undefined });
});

test("who opens a link sees what it opens, and comes in once", async () => {
  const world = new World();
  const conv = world.group(ANNA, CLARA);
  const { members } = await opened(world, ANNA, conv);
  await members.makeLink(1);
  await world.pass(100);
  const made = world.server.journal.all.findLast(({ type }) => type === "join_link.made");
  const page = new Page(world, BEN, undefined, { joinLink: made?.event_id ?? "" });
  await world.pass(1_000);
  expect(page.chat.joining).toBe(made?.event_id);
  const join = (await page.later()).join(page.chat.joining ?? "");
  await world.pass(100);
  expect(join.state.get().offer).toMatchObject({ members: 2, joined: false });
  const done = join.join();
  await world.pass(200);
  expect(await done).toBe(true);
  expect(page.conversation.id).toBe(conv);
  expect(members.state.get().link?.uses).toBe(1);
});

test("a client is told that a link is for the firm's people, and comes in nowhere", async () => {
  const world = new World();
  world.server.people.set(CLARA, { ...world.server.me(CLARA).person, kind: "client" });
  const page = new Page(world, CLARA, undefined, { joinLink: "secret" });
  await world.pass(1_000);
  expect(page.chat.joining).toBe("secret");
  const join = (await page.later()).join("secret");
  expect(join.state.get()).toMatchObject({ loading: false, trouble: { code: "staff_link" } });
  expect(await join.join()).toBe(false);
});

test("a link that has ended opens nothing", async () => {
  const world = new World();
  const page = new Page(world, BEN, undefined, { joinLink: "gone" });
  await world.pass(1_000);
  const join = (await page.later()).join("gone");
  await world.pass(100);
  expect(join.state.get()).toMatchObject({ loading: false, trouble: { code: "no_such_link" } });
  expect(await join.join()).toBe(false);
});

test("a group gets a picture, or is told why not", async () => {
  const world = new World();
  const conv = world.group(ANNA, BEN);
  const { members, page } = await opened(world, ANNA, conv);
  const set = async (type: string) => {
    const setting = members.setPicture(new Blob(["x"], { type }));
    await world.pass(100);
    await setting;
  };
  await set("text/html");
  expect(members.state.get().trouble?.code).toBe("bad_picture");
  await set("image/png");
  expect(members.state.get()).toMatchObject({ drawing: false, trouble: undefined });
  expect(page.conversation.summary.get().picture).toMatch(/^\/api\/v1\/pictures\/b+$/);
  const removing = members.removePicture();
  await world.pass(100);
  await removing;
  expect(members.state.get().picture).toBeUndefined();
});

test("one text goes to several people, to each alone; a change of it is another one", async () => {
  const world = new World();
  const page = new Page(world, ANNA);
  await world.pass(1_000);
  const dialog = (await page.later()).newConversation();
  dialog.choose(BEN);
  expect(dialog.state.get()).toMatchObject({ kind: "direct", apart: false });
  dialog.choose(CLARA);
  dialog.setApart(true);
  expect(dialog.state.get()).toMatchObject({ apart: true, canCreate: false });
  dialog.setText("The branch closes at noon.");
  expect(dialog.state.get().canCreate).toBe(true);
  const sending = dialog.create();
  await world.pass(300);
  expect(await sending).toBe(false);
  expect(dialog.state.get().sent).toEqual({ count: 2, missed: [] });
  const said = world.server.journal.all.filter(({ type }) => type === "message.sent");
  expect(said).toHaveLength(2);
  expect(new Set(said.map(({ conv }) => conv)).size).toBe(2);
  await page.open(said[0]?.conv ?? "");
  expect(page.messages[0]).toMatchObject({ mine: true, broadcast: true });
});

describe("who leads a group", () => {
  const somebody = (id: string, kind: wire.Person["kind"] = "employee"): wire.Person => ({
    ...{ id, name: id, kind, org: "Bank", role: kind, outside: kind === "client", active: true },
  });
  const group = (admins: string[]) => ({
    kind: "group" as const,
    group: { admins },
    members: [ANNA, BEN].map((person) => ({ person, read: 0, delivered: 0, joined_at: "" })),
  });
  const there = () => true;

  test("is its admins, but no client", () => {
    expect(leads(group([ANNA]), somebody(ANNA), there)).toBe(true);
    expect(leads(group([ANNA]), somebody(BEN), there)).toBe(false);
    expect(leads(group([]), somebody(BEN, "client"), there)).toBe(false);
  });

  test("is everybody of the firm where no admin is there any more", () => {
    expect(leads(group([]), somebody(BEN), there)).toBe(true);
    expect(leads(group([CLARA]), somebody(BEN), there), "she has left").toBe(true);
    expect(
      leads(group([ANNA]), somebody(BEN), (id) => id !== ANNA),
      "no account",
    ).toBe(true);
  });
});
