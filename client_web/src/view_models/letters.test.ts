import { expect, test } from "vitest";
import { Page } from "../../tests/fakes/chat";
import { ANNA, CLARA, World } from "../../tests/fakes/world";
import { Refused } from "../session/failures";
import type { Later } from "./later";
import type { LettersModel } from "./letters";

/** A client's. */
function lettersOf(later: Later): LettersModel {
  const letters = later.letters();
  if (letters === undefined) throw new Error("there are no letters");
  return letters;
}

async function client(): Promise<{ world: World; page: Page; letters: LettersModel }> {
  const world = new World();
  world.group(ANNA, CLARA);
  world.server.clients.addresses.set(CLARA, "clara@example.com");
  const page = new Page(world, CLARA);
  await world.pass(5_000);
  const letters = lettersOf(await page.later());
  await world.pass(100);
  return { world, page, letters };
}

test("a client sees where letters go, and that they come", async () => {
  const { letters } = await client();
  expect(letters.state.get()).toMatchObject({
    wanted: true,
    to: { way: "mail", address: "c•••@example.com" },
    busy: false,
  });
});

test("who wants none has it shown at once, kept at the server, and can go back", async () => {
  const { world, page, letters } = await client();
  void letters.choose(false);
  expect(letters.state.get()).toMatchObject({ wanted: false, busy: true });
  void letters.choose(true);
  await world.pass(100);
  expect(letters.state.get()).toMatchObject({ wanted: false, busy: false });
  expect(world.server.clients.letterless.has(CLARA)).toBe(true);
  const [toast] = page.chat.toasts.state.get();
  expect(toast).toMatchObject({ code: "letters_off", tone: "note", canUndo: true });
  page.chat.toasts.undo(toast?.id ?? 0);
  await world.pass(100);
  expect(letters.state.get().wanted).toBe(true);
  expect(world.server.clients.letterless.has(CLARA)).toBe(false);
});

test("a sheet that is opened again knows what was chosen", async () => {
  const { world, page, letters } = await client();
  void letters.choose(false);
  await world.pass(100);
  const again = lettersOf(await page.later());
  expect(again.state.get().wanted).toBeUndefined();
  await world.pass(100);
  expect(again.state.get().wanted).toBe(false);
});

test("what is refused goes back, and says why", async () => {
  const { world, page, letters } = await client();
  world.server.clients.refusal = new Refused(503, "archive_unavailable", "Not now.");
  void letters.choose(false);
  await world.pass(100);
  expect(letters.state.get()).toMatchObject({
    wanted: true,
    busy: false,
    trouble: { code: "archive_unavailable" },
  });
  expect(page.chat.toasts.state.get()).toEqual([]);
});

test("without an answer nothing is shown as chosen, and it can be asked again", async () => {
  const { world, page } = await client();
  world.server.reachable = false;
  const letters = lettersOf(await page.later());
  await world.pass(500);
  expect(letters.state.get()).toMatchObject({ trouble: { code: "offline" } });
  expect(letters.state.get().wanted).toBeUndefined();
  void letters.choose(true);
  expect(letters.state.get().busy).toBe(false);
  world.server.reachable = true;
  letters.refresh();
  await world.pass(100);
  expect(letters.state.get()).toMatchObject({ wanted: true, trouble: undefined });
});

test("a client without an address is told that nothing is sent", async () => {
  const { world, page } = await client();
  world.server.clients.addresses.delete(CLARA);
  const letters = lettersOf(await page.later());
  await world.pass(100);
  expect(letters.state.get()).toMatchObject({ wanted: true, to: undefined });
});
