/** Files of a draft stay on the device until they are sent or taken away, as its text does. */
import { expect, test } from "vitest";
import { Page } from "../../tests/fakes/chat";
import { ANNA, BEN, World } from "../../tests/fakes/world";
import type { Content } from "../session/ports";
import { MOST_BYTES } from "./tray";

function file(name: string, type = "application/pdf"): Content {
  return new File([name], name, { type }) as unknown as Content;
}

const state = (page: Page) => page.conversation.composer.state.get();
const names = (page: Page) => state(page).files.map(({ name }) => name);
const kept = (page: Page) => page.vault.kept?.store.files.size;

async function opened(world: World, conv: string, before?: Page): Promise<Page> {
  const page = new Page(world, ANNA, before?.vault, before && { browser: before.browser });
  await world.pass(1_000);
  await page.open(conv);
  await world.pass(1_000);
  return page;
}

async function begun(): Promise<{ world: World; conv: string; page: Page }> {
  const world = new World();
  const conv = world.group(ANNA, BEN);
  const page = await opened(world, conv);
  page.conversation.composer.setText("The offer");
  page.conversation.composer.addFiles([file("a.pdf"), file("b.png", "image/png")]);
  page.conversation.composer.measured(state(page).files[1]?.key ?? "", 640, 480);
  await world.pass(1_000);
  return { world, conv, page };
}

test("they are there after the page was closed, and go with the message", async () => {
  const { world, conv, page } = await begun();
  page.conversation.composer.setText("");
  await world.pass(1_000);
  expect(page.chat.list.state.get().items[0]?.draft).toBe("a.pdf, b.png");
  page.conversation.composer.setText("The offer");
  await world.pass(1_000);
  page.close();
  const again = await opened(world, conv, page);
  expect([state(again).text, names(again)]).toEqual(["The offer", ["a.pdf", "b.png"]]);
  again.conversation.composer.addFiles([file("c.pdf")]);
  again.conversation.composer.send();
  expect(names(again)).toEqual([]);
  await world.pass(1);
  const sent = again.messages.at(-1)?.files;
  expect(sent?.map(({ name, width }) => [name, width])).toEqual([
    ["a.pdf", undefined],
    ["b.png", 640],
    ["c.pdf", undefined],
  ]);
  await world.pass(5_000);
  expect(again.messages.at(-1)?.uploading).toBe(false);
  expect(kept(again)).toBe(0);
  again.close();
  expect(names(await opened(world, conv, again))).toEqual([]);
});

test("what is taken away, or cannot be sent, is not kept", async () => {
  const { world, conv, page } = await begun();
  const large = Object.defineProperty(file("a.mov"), "size", { value: MOST_BYTES + 1 });
  page.conversation.composer.addFiles([large]);
  page.conversation.composer.dropFile(state(page).files[0]?.key ?? "");
  await world.pass(1_000);
  expect(kept(page)).toBe(1);
  page.close();
  expect(names(await opened(world, conv, page))).toEqual(["b.png"]);
});

test("one that cannot be sent stays in view beside a picture that is measured, and holds Send", async () => {
  const { world, page } = await begun();
  const empty = Object.defineProperty(file("empty.txt"), "size", { value: 0 });
  page.conversation.composer.addFiles([file("c.png", "image/png"), empty]);
  const seen: string[][] = [];
  page.conversation.composer.state.subscribe(() => seen.push([...names(page)]));
  // Its size is known while it is still being kept.
  page.conversation.composer.measured(state(page).files[2]?.key ?? "", 320, 240);
  await world.pass(1_000);
  const all = ["a.pdf", "b.png", "c.png", "empty.txt"];
  expect(names(page)).toEqual(all);
  expect(seen.filter((each) => each.join() !== all.join())).toEqual([]);
  expect(state(page).files[3]?.trouble).toBe("empty");
  expect(state(page).canSend).toBe(false);
});

test("what another tab chooses leaves what cannot be sent from here where it is", async () => {
  const { world, conv, page } = await begun();
  const other = await opened(world, conv, page);
  const empty = Object.defineProperty(file("empty.txt"), "size", { value: 0 });
  page.conversation.composer.addFiles([empty]);
  other.conversation.composer.addFiles([file("c.pdf")]);
  await world.pass(1_000);
  expect(names(page)).toEqual(["a.pdf", "b.png", "c.pdf", "empty.txt"]);
});

test("a message whose page goes while it is being kept has lost nothing", async () => {
  const { world, conv, page } = await begun();
  const store = page.vault.kept?.store;
  if (store === undefined) throw new Error("nothing is kept");
  store.busy = new Promise(() => undefined);
  page.conversation.composer.send();
  await world.pass(1_000);
  page.close();
  store.busy = undefined;
  expect(names(await opened(world, conv, page))).toEqual(["a.pdf", "b.png"]);
});

test("another tab shows what was chosen in this one, until it is sent", async () => {
  const { world, conv, page } = await begun();
  const other = await opened(world, conv, page);
  expect(names(other)).toEqual(["a.pdf", "b.png"]);
  page.conversation.composer.addFiles([file("c.pdf")]);
  await world.pass(1_000);
  expect(names(other)).toEqual(["a.pdf", "b.png", "c.pdf"]);
  other.conversation.composer.send();
  await world.pass(5_000);
  expect([names(page), names(other)]).toEqual([[], []]);
  expect(page.messages.at(-1)?.files.length).toBe(3);
});
