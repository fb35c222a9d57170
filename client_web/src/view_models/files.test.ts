import { describe, expect, test } from "vitest";
import { Page } from "../../tests/fakes/chat";
import type { Draft } from "../../tests/fakes/journal";
import { ANNA, BEN, CLARA, World } from "../../tests/fakes/world";
import type { Content } from "../session/ports";
import type * as wire from "../wire/types.gen";
import { cleanName, MOST_BYTES, MOST_FILES } from "./tray";

function file(name: string, bytes = 9, type = "application/pdf"): Content {
  return new File(["x".repeat(bytes)], name, { type }) as unknown as Content;
}

const DORA: wire.Person = {
  id: "d".repeat(32),
  name: "Dora Wolf",
  kind: "employee",
  org: "Dora Wolf Ltd",
  role: "employee",
  outside: false,
};

async function opened(...members: string[]): Promise<{ world: World; page: Page; conv: string }> {
  const world = new World();
  const conv = world.group(ANNA, ...members);
  const page = new Page(world, ANNA);
  await world.pass(1_000);
  await page.open(conv);
  return { world, page, conv };
}

const state = (page: Page) => page.conversation.composer.state.get();

describe("the files beside the text", () => {
  test("go with it; the message shows with them at once, and has them on the record", async () => {
    const { world, page } = await opened(BEN);
    const { composer } = page.conversation;
    composer.addFiles([file("a.pdf"), file("b.png", 9, "image/png")]);
    composer.measured(state(page).files[1]?.key ?? "", 640, 480);
    composer.setText("both");
    composer.send();
    await world.pass(1);
    expect(state(page).files).toEqual([]);
    const shown = page.messages.at(-1);
    expect(shown).toMatchObject({ text: "both", uploading: true, tick: "clock" });
    expect(shown?.files.map(({ kind }) => kind)).toEqual(["document", "picture"]);
    expect(shown?.files[1]).toMatchObject({ width: 640, height: 480, waiting: true });
    await world.pass(2_000);
    const there = page.messages.at(-1);
    expect(there).toMatchObject({ uploading: false, key: shown?.key });
    expect(there?.files.map(({ name, waiting }) => [name, waiting])).toEqual([
      ["a.pdf", false],
      ["b.png", false],
    ]);
  });

  test("need no text, and can be taken away again", async () => {
    const { page } = await opened(BEN);
    const { composer } = page.conversation;
    composer.addFiles([file("a.pdf")]);
    expect(state(page).canSend).toBe(true);
    composer.dropFile(state(page).files[0]?.key ?? "");
    expect(state(page)).toMatchObject({ files: [], canSend: false });
  });

  test("that are too large or empty hold the message back, and no more than ten fit", async () => {
    const { page } = await opened(BEN);
    const { composer } = page.conversation;
    const large = Object.defineProperty(file("a.mov"), "size", { value: MOST_BYTES + 1 });
    composer.addFiles([large, file("none", 0)]);
    expect(state(page).files.map(({ trouble }) => trouble)).toEqual(["too_large", "empty"]);
    expect(state(page).canSend).toBe(false);
    composer.addFiles(Array.from({ length: MOST_FILES }, (_, i) => file(`${i}.pdf`)));
    expect(state(page)).toMatchObject({ full: true, leftOut: 2 });
    expect(state(page).files).toHaveLength(MOST_FILES);
  });

  test("wait while another conversation is open, but not while a text is edited", async () => {
    const { world, page, conv } = await opened(BEN);
    page.write("old");
    await world.pass(100);
    page.conversation.composer.addFiles([file("a.pdf")]);
    page.conversation.composer.editLast();
    expect(state(page)).toMatchObject({ mode: "edit", files: [], full: true });
    page.conversation.composer.cancel();
    await page.open(world.group(ANNA, BEN));
    expect(state(page).files).toEqual([]);
    await page.open(conv);
    expect(state(page).files.map(({ name }) => name)).toEqual(["a.pdf"]);
  });

  test("that go to a client are asked about once a conversation, also after the page was closed", async () => {
    const { world, page, conv } = await opened(CLARA);
    page.conversation.composer.addFiles([file("a.pdf")]);
    page.conversation.composer.send();
    expect(state(page).crossing).toBe("Ito Ltd");
    await world.pass(1_000);
    expect(page.messages).toEqual([]);
    page.conversation.composer.goOnWriting();
    expect(state(page)).toMatchObject({ crossing: undefined, canSend: true });
    page.conversation.composer.send();
    page.conversation.composer.agree();
    await world.pass(2_000);
    expect(page.messages.map(({ files }) => files.length)).toEqual([1]);
    page.close();
    const again = new Page(world, ANNA, page.vault);
    await world.pass(1_000);
    await again.open(conv);
    again.conversation.composer.addFiles([file("b.pdf")]);
    again.conversation.composer.send();
    expect(state(again).crossing).toBeUndefined();
  });

  test("that were refused, or taken back, did not go: the first that does is asked about", async () => {
    const { world, page } = await opened(CLARA);
    const { composer } = page.conversation;
    world.server.refuse = (frame) =>
      frame.t === "send"
        ? { t: "nack", id: frame.id, code: "file_type_refused", detail: "Not here." }
        : undefined;
    composer.addFiles([file("setup.exe")]);
    composer.send();
    composer.agree();
    await world.pass(1);
    composer.addFiles([file("a.pdf")]);
    composer.send();
    expect(state(page).crossing).toBeUndefined();
    await world.pass(2_000);
    world.server.refuse = undefined;
    composer.addFiles([file("b.pdf")]);
    composer.send();
    expect(state(page).crossing).toBe("Ito Ltd");
    composer.agree();
    await world.pass(2_000);
    composer.addFiles([file("c.pdf")]);
    composer.send();
    expect(state(page).crossing).toBeUndefined();
  });

  test("that go to a second client are asked about though the first was agreed to", async () => {
    const { world, page, conv } = await opened(BEN, CLARA);
    const { composer } = page.conversation;
    composer.addFiles([file("a.pdf")]);
    composer.send();
    composer.agree();
    await world.pass(2_000);
    const dora: wire.Person = { ...DORA, kind: "client", role: "client", outside: true };
    world.server.people.set(dora.id, dora);
    world.server.record({ type: "member.added", conv, actor: BEN, person: dora.id } as Draft);
    await world.pass(1_000);
    composer.addFiles([file("b.pdf")]);
    composer.send();
    expect(state(page).crossing).toBeDefined();
    await world.pass(5_000);
    expect(page.messages.map(({ files }) => files.length)).toEqual([1]);
    composer.agree();
    expect(state(page).crossing).toBeUndefined();
    await world.pass(5_000);
    expect(page.messages.map(({ files }) => files.length)).toEqual([1, 1]);
  });

  test("that the server sends back are asked about with its list, and go under the same id", async () => {
    const { world, page, conv } = await opened(BEN);
    const { composer } = page.conversation;
    const tried: wire.Send[] = [];
    world.server.refuse = (frame) => {
      if (frame.t !== "send") return undefined;
      tried.push(frame);
      if (tried.length === 1) {
        // What this page has not heard of yet.
        world.server.record({ type: "member.added", conv, actor: BEN, person: CLARA } as Draft);
      }
      return undefined;
    };
    composer.addFiles([file("a.pdf")]);
    composer.send();
    expect(state(page).crossing).toBeUndefined();
    await world.pass(5_000);
    expect(state(page).sentBack?.name).toBe("Ito Ltd");
    composer.goOnWriting();
    expect(state(page).sentBack).toBeUndefined();
    const [row] = page.messages.slice(-1);
    page.conversation.timeline.retry(row?.key ?? "");
    await world.pass(1);
    expect(state(page).sentBack?.name).toBe("Ito Ltd");
    composer.agree();
    await world.pass(5_000);
    expect(state(page).sentBack).toBeUndefined();
    expect(tried.map(({ id }) => id)).toEqual([tried[0]?.id, tried[0]?.id]);
    expect(tried.map(({ outside }) => outside)).toEqual([[], [CLARA]]);
    expect(page.messages.map(({ tick }) => tick)).toEqual(["recorded"]);
  });

  test("a client and colleagues among themselves are asked nothing", async () => {
    const { page } = await opened(BEN);
    page.conversation.composer.addFiles([file("a.pdf")]);
    page.conversation.composer.send();
    expect(state(page).crossing).toBeUndefined();
  });
});

describe("the files of a message", () => {
  async function sent() {
    const made = await opened(BEN);
    const { world, page } = made;
    page.conversation.composer.addFiles([file("a.png", 9, "image/png")]);
    page.conversation.composer.send();
    await world.pass(2_000);
    const row = page.messages.at(-1);
    return { ...made, row, id: row?.files[0]?.id ?? "" };
  }

  test("are asked for together, and a link is kept while it works", async () => {
    const { world, page, row, id } = await sent();
    const { files } = page.conversation;
    const event = row?.eventId ?? "";
    const [one, two] = [files.source(event, id, "thumb"), files.source(event, id, "preview")];
    await world.pass(100);
    expect(await one).toMatchObject({ url: `https://files.example/${event}/${id}/thumb` });
    expect(await two).toMatchObject({ url: `https://files.example/${event}/${id}/preview` });
    void files.source(event, id, "thumb");
    await world.pass(100);
    expect(world.server.uploads.asked).toEqual(["thumb", "preview"]);
    await world.pass(290_000);
    void files.source(event, id, "thumb");
    await world.pass(100);
    expect(world.server.uploads.asked).toEqual(["thumb", "preview", "thumb"]);
  });

  test("that cannot be read say why", async () => {
    const { world, page } = await sent();
    const { files } = page.conversation;
    const none = files.source("e", "nothing", "original");
    await world.pass(100);
    expect(await none).toEqual({ trouble: { code: "no_such_file" } });
    world.server.reachable = false;
    const lost = files.source("e", "nothing", "original", true);
    await world.pass(100);
    expect(await lost).toMatchObject({ trouble: { code: "offline" } });
  });

  test("are hidden with a message that is removed, and the list says nothing of them", async () => {
    const { world, page, row } = await sent();
    const preview = () => page.chat.list.state.get().items[0]?.preview;
    expect(preview()).toMatchObject({ kind: "message", files: { count: 1, kind: "picture" } });
    page.conversation.timeline.remove(row?.eventId ?? "");
    await world.pass(500);
    expect(page.messages.at(-1)).toMatchObject({ removed: true, files: [] });
    expect(preview()?.kind).toBe("removed");
  });

  test("are called off while they are on their way, with a way back", async () => {
    const { world, page } = await opened(BEN);
    page.conversation.composer.addFiles([file("large.pdf", 400)]);
    page.conversation.composer.send();
    await world.pass(30);
    page.conversation.timeline.discard(page.messages.at(-1)?.key ?? "");
    await world.pass(500);
    expect(page.messages).toEqual([]);
    const [toast] = page.chat.toasts.state.get();
    expect(toast).toMatchObject({ code: "message_discarded", canUndo: true });
    page.chat.toasts.undo(toast?.id ?? 0);
    await world.pass(10_000);
    expect(page.messages.at(-1)).toMatchObject({ uploading: false });
  });
});

test("what was sent in a conversation is found in one place, however far back", async () => {
  const { world, page, conv } = await opened(BEN);
  page.conversation.composer.addFiles([file("a.pdf")]);
  page.conversation.composer.send();
  await world.pass(2_000);
  world.say(conv, BEN, "see https://a.example/b.");
  for (let i = 0; i < 450; i += 1) world.say(conv, BEN, `${i}`);
  await world.pass(2_000);
  const media = (await page.details()).media();
  await world.pass(2_000);
  expect(media.state.get()).toMatchObject({ files: [], loading: false, more: false });
  media.show("documents");
  expect(media.state.get().files.map(({ file: { name } }) => name)).toEqual(["a.pdf"]);
  media.show("links");
  expect(media.state.get().links.map(({ address }) => address)).toEqual(["https://a.example/b"]);
});

test("a code is asked for where a file needs one; with the right one the message goes", async () => {
  const { world, page } = await opened(BEN);
  world.server.clients.addresses.set(ANNA, "anna@example.com");
  let proved = 0;
  const proof = (await page.details()).proof(() => {
    proved += 1;
  });
  await world.pass(100);
  const { code } = proof.state.get();
  code?.type(world.server.clients.codes.get("anna@example.com") ?? "");
  await world.pass(500);
  expect(proved).toBe(1);
});

test.each([
  ["Zrzut ekranu 10:11.png", "Zrzut ekranu 10-11.png"],
  ["a\u202Egnp.exe", "agnp.exe"],
  ["../../etc/passwd", "..-..-etc-passwd"],
  ["Shot at 9.41\u202FAM.png", "Shot at 9.41 AM.png"],
  [" dots. . ", "dots"],
  [`${"ż".repeat(300)}.docx`, `${"ż".repeat(115)}.docx`],
])("the name %j goes up as %j", (before, after) => {
  expect(cleanName(before)).toBe(after);
});
