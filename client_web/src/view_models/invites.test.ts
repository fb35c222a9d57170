import { describe, expect, test } from "vitest";
import { Page } from "../../tests/fakes/chat";
import type { Draft } from "../../tests/fakes/journal";
import { ANNA, BEN, CLARA, World } from "../../tests/fakes/world";
import { Refused } from "../session/failures";
import type { InvitesModel } from "./invites";
import { reachOf } from "./invites_model";

const EWA = { name: "Ewa Lis", address: "ewa@example.com" };

async function advisor(): Promise<{ world: World; page: Page; invites: InvitesModel }> {
  const world = new World();
  const page = new Page(world, BEN);
  await world.pass(1_000);
  const invites = (await page.later()).invites("list", "pl");
  return { world, page, invites };
}

async function submitted(world: World, invites: InvitesModel, fields = {}): Promise<void> {
  invites.begin();
  invites.change({ ...EWA, ...fields });
  void invites.submit();
  await world.pass(100);
}

test.each([
  [ANNA, true],
  [BEN, true],
  [CLARA, false],
])("employees and advisors may invite, clients may not", async (person, may) => {
  const world = new World();
  const page = new Page(world, person);
  await world.pass(1_000);
  expect(page.chat.mayInvite).toBe(may);
});

test("that a client would be called like the firm is said beside the link, once", async () => {
  const { world, invites } = await advisor();
  world.server.clients.firmAlike = ["Example Bank"];
  await submitted(world, invites, { org: "Ex\u0430mple Bank" });
  expect(invites.state.get().link?.firmAlike).toEqual(["Example Bank"]);
  world.server.clients.firmAlike = undefined;
  await submitted(world, invites, { address: "ewa@elsewhere.example" });
  expect(invites.state.get().link?.firmAlike).toBeUndefined();
});

describe("an address that has an open invite", () => {
  const standing = (id?: string) => {
    const invite = id ? { id, expires_at: "2026-12-01T09:00:00.000000Z" } : undefined;
    return new Refused(409, "already_invited", "No.", undefined, { invite });
  };

  test("of a colleague is said in the form, and invited all the same if one wishes", async () => {
    const { world, invites } = await advisor();
    world.server.clients.standing = standing();
    await submitted(world, invites);
    const { form, page } = invites.state.get();
    expect(page).toBe("form");
    expect(form).toMatchObject({
      busy: false,
      standing: { own: undefined },
    });
    invites.change({ name: "Ewa" });
    expect(invites.state.get().form.standing).toBeDefined();
    void invites.submit(true);
    await world.pass(100);
    expect(invites.state.get()).toMatchObject({ page: "link", link: { invite: { name: "Ewa" } } });
  });

  test("is forgotten with the address", async () => {
    const { world, invites } = await advisor();
    world.server.clients.standing = standing();
    await submitted(world, invites);
    invites.change({ address: "ewa@elsewhere.example" });
    expect(invites.state.get().form.standing).toBeUndefined();
  });

  test("one's own is taken back and made anew", async () => {
    const { world, invites } = await advisor();
    await submitted(world, invites);
    const id = invites.state.get().link?.invite.id ?? "";
    world.server.clients.standing = standing(id);
    await submitted(world, invites);
    const expiresAt = "2026-12-01T09:00:00.000000Z";
    expect(invites.state.get().form.standing?.own).toEqual({ id, expiresAt });
    void invites.replace(id);
    await world.pass(200);
    const { page, invites: listed } = invites.state.get();
    expect(page).toBe("link");
    expect(listed.map(({ state }) => state)).toEqual(["open", "revoked"]);
  });

  /** The form says that an address has an open invite, which was made elsewhere just now. */
  async function unlisted() {
    const { world, page, invites } = await advisor();
    world.server.clients.invited(BEN);
    const made = world.server.apiOf(BEN).invites();
    await world.pass(100);
    const id = (await made).invites[0]?.id ?? "";
    world.server.clients.standing = standing(id);
    await submitted(world, invites);
    expect(invites.state.get()).toMatchObject({ invites: [], form: { standing: { own: { id } } } });
    return { world, page, invites, id };
  }

  test("one's own gets a new link though the list has not been loaded since", async () => {
    const { world, invites, id } = await unlisted();
    void invites.renew(id);
    await world.pass(300);
    expect(invites.state.get()).toMatchObject({ page: "link", link: { invite: { id } } });
  });

  test("one's own is taken back though the list has not been loaded since", async () => {
    const { world, invites, id } = await unlisted();
    void invites.replace(id);
    await world.pass(500);
    const { page, invites: listed } = invites.state.get();
    expect(page).toBe("link");
    expect(listed.map(({ state }) => state)).toEqual(["open", "revoked"]);
  });

  test("and gets no new link says why in the form", async () => {
    const { world, invites, id } = await unlisted();
    world.server.reachable = false;
    void invites.renew(id);
    await world.pass(500);
    expect(invites.state.get()).toMatchObject({
      page: "form",
      form: { trouble: { code: "offline" } },
    });
  });
});

describe("the form", () => {
  test("begins in the advisor's language, by mail", async () => {
    const { invites } = await advisor();
    invites.begin();
    expect(invites.state.get()).toMatchObject({
      page: "form",
      form: { locale: "pl", way: "mail" },
    });
  });

  test("says which field is empty, and asks nobody", async () => {
    const { invites } = await advisor();
    invites.begin();
    await invites.submit();
    const { form } = invites.state.get();
    expect([form.nameTrouble?.code, form.addressTrouble?.code]).toEqual(["missing", "missing"]);
    expect(form.refusals).toBe(1);
    invites.change({ name: "Ewa" });
    expect(invites.state.get().form.nameTrouble).toBeUndefined();
    expect(invites.state.get().form.addressTrouble).toBeDefined();
  });

  test.each([
    ["ewa@example.com", "mail"],
    ["+48 601 234 567", "sms"],
    ["0048 601-234-567", "sms"],
    ["601 234 567", undefined],
    ["Ewa", undefined],
    ["", undefined],
  ])("of %j the way is %s", (address, reach) => {
    expect(reachOf(address)).toBe(reach);
  });

  test("follows the address with the way, but not away from the screen", async () => {
    const { invites } = await advisor();
    invites.begin();
    invites.change({ address: "+48 601" });
    expect(invites.state.get().form.way).toBe("sms");
    invites.change({ address: "e@x.pl" });
    expect(invites.state.get().form.way).toBe("mail");
    invites.change({ way: "screen" });
    invites.change({ address: "+48 601" });
    expect(invites.state.get().form.way).toBe("screen");
  });

  test("keeps what is typed, with the trouble beside its field", async () => {
    const { world, invites } = await advisor();
    await submitted(world, invites, { address: "601 234 567" });
    expect(invites.state.get()).toMatchObject({
      page: "form",
      form: { name: "Ewa Lis", busy: false, refusals: 1, addressTrouble: { code: "bad_address" } },
    });
  });

  test("shows other trouble below", async () => {
    const { world, invites } = await advisor();
    world.server.reachable = false;
    await submitted(world, invites);
    expect(invites.state.get().form).toMatchObject({ busy: false, trouble: { code: "offline" } });
  });
});

describe("the link", () => {
  test("shows with where it went, and is gone with the page", async () => {
    const { world, invites } = await advisor();
    await submitted(world, invites, { org: " " });
    const { page, link } = invites.state.get();
    expect(page).toBe("link");
    expect(link).toMatchObject({ invite: { name: "Ewa Lis", org: undefined, undelivered: false } });
    expect(link?.link).toMatch(/#invite=/);
    invites.back();
    await world.pass(100);
    expect(invites.state.get()).toMatchObject({ page: "list", link: undefined });
    expect(invites.state.get().invites.map(({ name }) => name)).toEqual(["Ewa Lis"]);
  });

  test("says that nobody took the letter", async () => {
    const { world, invites } = await advisor();
    world.server.clients.refusal = new Refused(503, "letter_not_taken", "Not now.");
    await submitted(world, invites);
    expect(invites.state.get().link?.invite.undelivered).toBe(true);
    invites.back();
    await world.pass(100);
    const [invite] = invites.state.get().invites;
    expect(invite?.undelivered).toBe(true);
    world.server.clients.refusal = undefined;
    void invites.renew(invite?.id ?? "");
    await world.pass(100);
    expect(invites.state.get().link?.invite.undelivered).toBe(false);
  });

  test("on the screen is not delivered by anybody", async () => {
    const { world, invites } = await advisor();
    await submitted(world, invites, { way: "screen" });
    expect(invites.state.get().link?.invite.undelivered).toBe(false);
  });

  async function accepted(world: World, invites: InvitesModel): Promise<void> {
    await submitted(world, invites, { way: "screen" });
    const token = invites.state.get().link?.link.split("=")[1] ?? "";
    const stranger = "f".repeat(32);
    world.server.signedOut.add(stranger);
    const client = world.server.apiOf(stranger);
    void client.sendInvitationCode({ invite: token });
    await world.pass(100);
    const code = world.server.clients.codes.get(EWA.address) ?? "";
    const { sha256 } = world.server.clients.notice;
    void client.acceptInvitation({ invite: token, code, notice: sha256 });
    await world.pass(3_000);
  }

  test("offers nobody to write to once the client is handed over, with the list open", async () => {
    const { world, page, invites } = await advisor();
    const stop = invites.watch();
    await accepted(world, invites);
    const person = invites.state.get().link?.invite.person ?? "";
    invites.back();
    await world.pass(1_000);
    expect(invites.state.get().invites).toMatchObject([{ state: "accepted", person }]);
    page.chat.openDirect(person);
    await world.pass(1_000);
    const handed = { actor: BEN, former: BEN, successor: ANNA, from_seq: 1, history: "all" };
    const type = "conversation.handed_over";
    world.server.record({ type, conv: page.conversation.id, ...handed } as unknown as Draft);
    await world.pass(1_000);
    expect(invites.state.get().invites).toMatchObject([{ state: "accepted", person: undefined }]);
    invites.refresh();
    await world.pass(1_000);
    expect(invites.state.get().invites).toMatchObject([{ state: "accepted", person: undefined }]);
    stop();
  });

  test("tells when the client has accepted it, and when they have left", async () => {
    const { world, invites } = await advisor();
    const stop = invites.watch();
    await accepted(world, invites);
    expect(invites.state.get().link?.invite).toMatchObject({ state: "accepted" });
    const person = invites.state.get().link?.invite.person;
    expect(person).toBeDefined();
    world.server.leaveEverywhere(person ?? "");
    await world.pass(1_000);
    invites.back();
    await world.pass(1_000);
    expect(invites.state.get().invites).toMatchObject([{ state: "left" }]);
    stop();
  });
});

describe("earlier invites", () => {
  test("are still open when somebody else has left", async () => {
    const { world, page, invites } = await advisor();
    page.chat.openDirect(ANNA);
    await world.pass(1_000);
    world.server.leaveEverywhere(ANNA);
    world.server.clients.invited(BEN);
    await world.pass(1_000);
    invites.refresh();
    await world.pass(100);
    expect(invites.state.get().invites).toMatchObject([{ state: "open" }]);
  });

  test("load when looked at, the newest first", async () => {
    const { world, invites } = await advisor();
    world.server.clients.invited(BEN);
    world.server.clients.invited(BEN, { name: "Jan Kos" });
    world.server.clients.invited(ANNA, { name: "Not Ben’s" });
    expect(invites.state.get().loading).toBe(true);
    const stop = invites.watch();
    await world.pass(100);
    stop();
    expect(invites.state.get().loading).toBe(false);
    expect(invites.state.get().invites.map(({ name }) => name)).toEqual(["Jan Kos", "Ewa Lis"]);
  });

  test("get a new link; the old one opens nothing more", async () => {
    const { world, invites } = await advisor();
    const old = world.server.clients.invited(BEN);
    invites.refresh();
    await world.pass(100);
    void invites.renew(invites.state.get().invites[0]?.id ?? "");
    expect(invites.state.get().invites[0]?.busy).toBe(true);
    await world.pass(100);
    const { page, link } = invites.state.get();
    expect(page).toBe("link");
    expect(link?.link).not.toContain(old);
    const opened = expect(
      world.server.apiOf("f".repeat(32)).showInvitation({ invite: old }),
    ).rejects.toMatchObject({ code: "bad_invite" });
    await world.pass(100);
    await opened;
  });

  test("are taken back", async () => {
    const { world, invites } = await advisor();
    world.server.clients.invited(BEN);
    invites.refresh();
    await world.pass(100);
    void invites.revoke(invites.state.get().invites[0]?.id ?? "");
    await world.pass(100);
    expect(invites.state.get().invites[0]).toMatchObject({ state: "revoked", busy: false });
  });

  test("that were accepted meanwhile say so above the list", async () => {
    const { world, invites } = await advisor();
    world.server.clients.invited(BEN);
    invites.refresh();
    await world.pass(100);
    const id = invites.state.get().invites[0]?.id ?? "";
    void world.server.apiOf(BEN).revokeInvite(id);
    await world.pass(100);
    void invites.renew(id);
    await world.pass(100);
    expect(invites.state.get()).toMatchObject({ page: "list", trouble: { code: "invite_closed" } });
    expect(invites.state.get().invites[0]).toMatchObject({ busy: false, state: "revoked" });
  });

  test("without an answer can be asked for again", async () => {
    const { world, invites } = await advisor();
    world.server.reachable = false;
    const stop = invites.watch();
    await world.pass(100);
    stop();
    expect(invites.state.get()).toMatchObject({ loading: false, trouble: { code: "offline" } });
  });
});
