import { describe, expect, test } from "vitest";
import { FakeKeeper, FakeVault, Page } from "../../tests/fakes/chat";
import { notice } from "../../tests/fakes/clients";
import { ANNA, BEN, World } from "../../tests/fakes/world";
import { Refused } from "../session/failures";
import type { CodeEntryModel } from "./code_entry";
import type { InvitationState } from "./invitation";

/** Whoever has this browser has no session. */
const STRANGER = "f".repeat(32);
const MAIL = "ewa@example.com";

interface Scene {
  readonly world: World;
  readonly token: string;
  readonly page: Page;
}

function stranger(world: World, invites: FakeKeeper, vault = new FakeVault()): Page {
  world.server.signedOut.add(STRANGER);
  return new Page(world, STRANGER, vault, { invites });
}

async function invited(world = new World()): Promise<Scene> {
  const token = world.server.clients.invited(BEN);
  const invites = new FakeKeeper();
  invites.address = token;
  const page = stranger(world, invites);
  await world.pass(100);
  return { world, token, page };
}

function at<S extends InvitationState["step"]>(page: Page, step: S) {
  const state = page.invitation.state.get();
  if (state.step !== step) throw new Error(`the step is ${state.step}`);
  return state as Extract<InvitationState, { step: S }>;
}

/** Accepts the notice and returns where the code is typed. */
async function accepted({ world, page }: Scene): Promise<CodeEntryModel> {
  void page.invitation.accept();
  await world.pass(100);
  return at(page, "code").code;
}

function code(world: World): string {
  return world.server.clients.codes.get(MAIL) ?? "";
}

describe("an invitation", () => {
  test("says who invites whom, and speaks the language of the invited person", async () => {
    const { page } = await invited();
    expect(at(page, "notice").invitation).toMatchObject({
      advisor: "Ben Ode",
      advisorTitle: "Senior advisor",
      firm: "Example Bank",
      address: "e•••@example.com",
      notice: { paragraphs: ["First paragraph.", "Second paragraph."] },
    });
    expect(page.spoken).toEqual(["pl"]);
    expect(page.invites.address).toBeUndefined();
  });

  test("uses nothing up and sends no code before the notice is accepted", async () => {
    const { world, token } = await invited();
    expect(world.server.clients.sent).toBe(0);
    const again = new FakeKeeper();
    again.address = token;
    const other = stranger(world, again);
    await world.pass(100);
    at(other, "notice");
  });

  test("leads to the chat with the advisor's conversation open", async () => {
    const scene = await invited();
    const { world, page } = scene;
    const entry = await accepted(scene);
    entry.type(code(world));
    await world.pass(1_000);
    expect(page.chat.me.get().name).toBe("Ewa Lis");
    expect(page.conversation.summary.get().name).toBe("Ben Ode");
    expect(page.vault.kept?.owner).toBe(page.chat.me.get().id);
    expect(page.invites.kept).toBeUndefined();
  });

  test("that was used says so and leads to the messages, here as a client who signs in", async () => {
    const scene = await invited();
    const { world, token } = scene;
    (await accepted(scene)).type(code(world));
    await world.pass(3_000);
    const again = new FakeKeeper();
    again.address = token;
    const other = new Page(world, "e".repeat(32), new FakeVault(), { invites: again });
    world.server.signedOut.add("e".repeat(32));
    await world.pass(100);
    expect(at(other, "closed").trouble.code).toBe("bad_invite");
    other.invitation.goOn();
    await world.pass(100);
    expect(other.signIn.client?.state.get().step).toBe("address");
    expect(again.kept).toBeUndefined();
  });

  test("that was used leads whoever is signed in to their chat", async () => {
    const world = new World();
    const invites = new FakeKeeper();
    invites.address = "used";
    const page = new Page(world, ANNA, new FakeVault(), { invites });
    await world.pass(100);
    page.invitation.goOn();
    await world.pass(1_000);
    expect(page.chat.me.get().id).toBe(ANNA);
  });

  test("that cannot be asked for is asked for again", async () => {
    const world = new World();
    world.server.reachable = false;
    const { page } = await invited(world);
    expect(at(page, "failed").trouble.code).toBe("offline");
    world.server.reachable = true;
    void page.invitation.retry();
    await world.pass(100);
    at(page, "notice");
  });

  test("shows why no code could be sent, and sends it at the next try", async () => {
    const { world, page } = await invited();
    world.server.clients.refusal = new Refused(503, "letter_not_taken", "Not now.");
    void page.invitation.accept();
    await world.pass(100);
    expect(at(page, "notice").trouble?.code).toBe("letter_not_taken");
    world.server.clients.refusal = undefined;
    void page.invitation.accept();
    await world.pass(100);
    at(page, "code");
  });

  test("is asked once however often the button is pressed", async () => {
    const { world, page } = await invited();
    for (let press = 0; press < 3; press += 1) void page.invitation.accept();
    await world.pass(100);
    expect(world.server.clients.sent).toBe(1);
  });

  test("that is taken back while the code is typed is closed", async () => {
    const scene = await invited();
    const { world, page } = scene;
    const entry = await accepted(scene);
    const api = world.server.apiOf(BEN);
    void api.invites().then(({ invites }) => api.revokeInvite(invites[0]?.id ?? ""));
    await world.pass(100);
    entry.type(code(world));
    await world.pass(100);
    expect(at(page, "closed").trouble.code).toBe("bad_invite");
  });
});

describe("a notice in another language", () => {
  async function translated(): Promise<Scene> {
    const scene = await invited();
    scene.world.server.clients.texts.set("en", notice("In English.", "en"));
    void scene.page.invitation.readIn("en");
    await scene.world.pass(100);
    return scene;
  }

  test("is shown when the language is switched, accepted, and shown again after a reload", async () => {
    const scene = await translated();
    const { world, page } = scene;
    expect(at(page, "notice").invitation.notice.paragraphs).toEqual(["In English."]);
    await accepted(scene);
    page.close();
    const again = stranger(world, page.invites);
    await world.pass(100);
    expect(again.spoken).toEqual(["en"]);
    at(again, "code").code.type(code(world));
    await world.pass(1_000);
    const { sha256 } = notice("In English.", "en");
    expect(world.server.clients.accepted.get(again.chat.me.get().id)).toBe(sha256);
  });

  test("stays the one that is there where nobody answers", async () => {
    const { world, page } = await invited();
    world.server.reachable = false;
    void page.invitation.readIn("en");
    await world.pass(100);
    expect(at(page, "notice").invitation.notice.paragraphs).toHaveLength(2);
  });

  test("that comes after the acceptance is not what was accepted", async () => {
    const { world, page } = await invited();
    world.server.clients.texts.set("en", notice("In English.", "en"));
    void page.invitation.readIn("en");
    void page.invitation.accept();
    await world.pass(100);
    at(page, "code").code.type(code(world));
    await world.pass(1_000);
    const { sha256 } = world.server.clients.notice;
    expect(world.server.clients.accepted.get(page.chat.me.get().id)).toBe(sha256);
  });
});

describe("a notice that changes meanwhile", () => {
  test("is shown anew; the code that was typed goes with its acceptance", async () => {
    const scene = await invited();
    const { world, page } = scene;
    const entry = await accepted(scene);
    world.server.clients.notice = notice("The new text.");
    entry.type(code(world));
    await world.pass(100);
    const { changed, invitation } = at(page, "notice");
    expect([changed, invitation.notice.paragraphs]).toEqual([true, ["The new text."]]);
    void page.invitation.accept();
    await world.pass(1_000);
    expect(page.chat.me.get().name).toBe("Ewa Lis");
    expect(world.server.clients.sent).toBe(1);
  });

  test("leads back to the code when that works no more", async () => {
    const scene = await invited();
    const { world, page } = scene;
    const entry = await accepted(scene);
    world.server.clients.notice = notice("The new text.");
    entry.type(code(world));
    await world.pass(700_000);
    void page.invitation.accept();
    await world.pass(100);
    expect(at(page, "code").code.state.get()).toMatchObject({
      text: "",
      trouble: { code: "bad_code" },
    });
  });
});

describe("a page that goes away while the mail is read", () => {
  test("comes back to the code that was sent, and sends no other", async () => {
    const scene = await invited();
    const { world, page } = scene;
    await accepted(scene);
    await world.pass(20_000);
    page.close();
    const again = stranger(world, page.invites);
    await world.pass(100);
    const entry = at(again, "code").code;
    expect(entry.state.get().againIn).toBe(10);
    entry.type(code(world));
    await world.pass(1_000);
    expect(again.chat.me.get().name).toBe("Ewa Lis");
    expect(world.server.clients.sent).toBe(1);
  });

  test.each([
    ["the code is too old", (world: World) => world.pass(700_000)],
    [
      "the notice is another one",
      async (world: World) => {
        world.server.clients.notice = notice("The new text.");
      },
    ],
  ])("begins with the notice when %s", async (_why, happens) => {
    const scene = await invited();
    const { world, page } = scene;
    await accepted(scene);
    page.close();
    await happens(world);
    const again = stranger(world, page.invites);
    await world.pass(100);
    at(again, "notice");
  });
});
