import { expect, test } from "vitest";
import { Page } from "../../tests/fakes/chat";
import { BEN, World } from "../../tests/fakes/world";

/** Ben at his page; `due`: he has no password yet. */
async function ben(due: boolean): Promise<{ world: World; page: Page }> {
  const world = new World();
  if (due) world.server.noPassword.add(BEN);
  const page = new Page(world, BEN);
  await world.pass(1_000);
  return { world, page };
}

test("whoever has no password chooses one before anything of the chat is there", async () => {
  const { world, page } = await ben(true);
  void page.password.choose("known to all", undefined);
  await world.pass(1_000);
  expect(page.password.state.get()).toMatchObject({
    busy: false,
    trouble: { code: "password_common" },
  });
  expect([world.server.hellos, page.vault.kept]).toEqual([[], undefined]);
  void page.password.choose("three unrelated words", undefined);
  await world.pass(1_000);
  expect(world.server.passwords.get(BEN)).toBe("three unrelated words");
  expect(page.chat.me.get().id).toBe(BEN);
});

test("whoever would rather not is signed out", async () => {
  const { world, page } = await ben(true);
  void page.password.signOut();
  await world.pass(1_000);
  expect(page.screen.kind).toBe("sign_in");
});

test("another one is chosen later, and it says that it is done", async () => {
  const { world, page } = await ben(false);
  const password = (await page.later()).password();
  await world.pass(1_000);
  void password?.choose("four words like these", "the one before");
  await world.pass(1_000);
  expect(password?.state.get()).toMatchObject({ busy: false, done: true });
  expect(world.server.passwords.get(BEN)).toBe("four words like these");
});

test("a token is made by whom it acts as, and its secret is shown", async () => {
  const { world, page } = await ben(false);
  world.server.passwords.set(BEN, "four words like these");
  const tokens = (await page.later()).tokens();
  await world.pass(1_000);
  const wish = { name: "nightly", days: 90, password: "four words like these" };
  void tokens?.make({ ...wish, password: "guessed" });
  await world.pass(1_000);
  expect(tokens?.state.get()).toMatchObject({ tokens: [], trouble: { code: "bad_password" } });
  void tokens?.make(wish);
  await world.pass(1_000);
  expect(tokens?.state.get()).toMatchObject({
    made: { name: "nightly", secret: "onrecord_secret" },
    tokens: [{ name: "nightly" }],
  });
});
