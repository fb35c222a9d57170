/** What was not sent where nothing can be written any more: it is shown there, and nowhere else. */
import { expect, test } from "vitest";
import type { Page } from "../../tests/fakes/chat";
import type { Draft } from "../../tests/fakes/journal";
import { scene } from "../../tests/fakes/scene";
import { ANNA, BEN } from "../../tests/fakes/world";
import type { Content } from "../session/ports";
import { wireTime } from "../session/times";

const state = (page: Page) => page.conversation.composer.state.get();
const listed = (page: Page) => page.chat.list.state.get().items[0];

/** Anna's page with a draft and its file, where Ben leads the group. */
async function begun() {
  const { world, page } = await scene(0);
  const conv = world.group(BEN, ANNA);
  await page.open(conv);
  const { composer } = page.conversation;
  composer.setText("half a sen");
  const name = "a.pdf";
  composer.addFiles([new File([name], name, { type: "application/pdf" }) as unknown as Content]);
  await world.pass(1_000);
  const decide = async (decided: object) => {
    world.server.record({ ...decided, conv, actor: BEN } as unknown as Draft);
    await world.pass(1_000);
  };
  return { world, page, conv, composer, decide };
}

const REMOVED = { type: "member.removed", person: ANNA };

test.each([
  ["left", REMOVED],
  ["admins_only", { type: "posting.changed", admins_only: true }],
])(
  "where one cannot write (%s) the list says what happened, the pane what was not sent",
  async (closed, decided) => {
    const { page, decide } = await begun();
    expect(listed(page)?.draft).toBe("half a sen");
    await decide(decided);
    expect(listed(page)?.draft).toBeUndefined();
    expect(state(page)).toMatchObject({ closed, text: "half a sen", files: [{ name: "a.pdf" }] });
  },
);

test("the draft is deleted with its files, and comes back while that is offered", async () => {
  const { world, page, composer, decide } = await begun();
  await decide(REMOVED);
  composer.discard();
  await world.pass(1_000);
  expect(state(page)).toMatchObject({ text: "", files: [] });
  expect(page.vault.kept?.store.files.size).toBe(0);
  const toast = page.chat.toasts.state.get().at(-1);
  expect(toast).toMatchObject({ code: "draft_deleted", canUndo: true });
  page.chat.toasts.undo(toast?.id ?? 0);
  await world.pass(1_000);
  expect(state(page)).toMatchObject({ text: "half a sen", files: [{ name: "a.pdf" }] });
  expect(page.vault.kept?.store.files.size).toBe(1);
});

test("an edit is deleted before the draft behind it", async () => {
  const { world, page, conv, composer, decide } = await begun();
  const own = world.say(conv, ANNA, "at nine");
  await world.pass(100);
  composer.edit(own.event_id);
  composer.setText("at ten");
  await decide(REMOVED);
  expect(state(page).text).toBe("at ten");
  composer.discard();
  expect(state(page)).toMatchObject({ text: "half a sen", files: [{ name: "a.pdf" }] });
  page.chat.toasts.undo(page.chat.toasts.state.get().at(-1)?.id ?? 0);
  expect(state(page)).toMatchObject({ mode: "edit", text: "at ten", files: [] });
});

test("what is scheduled where one is no member is known to stay, and can be deleted", async () => {
  const { world, page, decide } = await begun();
  const scheduled = (await page.details()).scheduled();
  void scheduled.plan(wireTime(world.clock.now() + 3_600_000));
  await world.pass(2_000);
  expect(scheduled.state.get()).toMatchObject({
    items: [{ text: "half a sen" }],
    closed: undefined,
  });
  await decide(REMOVED);
  const { items, closed } = scheduled.state.get();
  expect([items.length, closed]).toEqual([1, "left"]);
  void scheduled.cancel(items[0]?.id ?? "");
  await world.pass(500);
  expect(scheduled.state.get().items).toEqual([]);
  scheduled.close();
});
