import { expect, test } from "vitest";
import { Page } from "../../tests/fakes/chat";
import { ANNA, BEN, CLARA, World } from "../../tests/fakes/world";
import { Unreachable } from "../session/failures";
import type { Content } from "../session/ports";
import { wireTime } from "../session/times";

const HOUR = 3_600_000;

function file(name: string): Content {
  return new File([name], name, { type: "application/pdf" }) as unknown as Content;
}

/** Anna's page with a conversation open, and a text in its composer. */
async function writing(text: string) {
  const world = new World();
  const conv = world.group(ANNA, BEN);
  const question = world.say(conv, BEN, "When?");
  const page = new Page(world, ANNA);
  await world.pass(1_000);
  await page.open(conv);
  page.conversation.composer.setText(text);
  const scheduled = (await page.details()).scheduled();
  const in_ = (hours: number) => wireTime(world.clock.now() + hours * HOUR);
  const items = () => scheduled.state.get().items;
  const after = async <T>(work: Promise<T>): Promise<T> => {
    await world.pass(200);
    return work;
  };
  return { world, conv, question, page, scheduled, in_, items, after };
}

test("what is written is sent at its time, and the composer is empty at once", async () => {
  const { world, conv, page, scheduled, in_, items, after } = await writing("At noon. ");
  expect(page.conversation.composer.state.get().canPlan).toBe(true);
  expect(await after(scheduled.plan(in_(1)))).toBeUndefined();
  expect(page.conversation.composer.state.get()).toMatchObject({ text: "", canPlan: false });
  expect(items().map(({ text, state }) => [text, state])).toEqual([["At noon.", "waiting"]]);
  expect(page.conversation.summary.get().scheduled).toMatchObject({ count: 1, refused: 0 });
  expect(world.texts(conv)).toEqual(["When?"]);
  await world.pass(2 * HOUR);
  expect(world.texts(conv)).toEqual(["When?", "At noon."]);
  expect([items(), page.conversation.summary.get().scheduled]).toEqual([[], undefined]);
  scheduled.close();
});

test("files go into the archive when it is planned, and with the message at its time", async () => {
  const { world, page, scheduled, in_, items } = await writing("");
  const { composer } = page.conversation;
  expect(composer.state.get().canPlan).toBe(false);
  composer.addFiles([file("a.pdf"), file("b.pdf")]);
  expect(composer.state.get().canPlan).toBe(true);
  void scheduled.plan(in_(1));
  await world.pass(2_000);
  expect(items().map(({ text, files }) => [text, files])).toEqual([["", ["a.pdf", "b.pdf"]]]);
  expect(composer.state.get()).toMatchObject({ files: [], canPlan: false });
  expect(page.messages.length).toBe(1);
  const [item] = items();
  void scheduled.cancel(item?.id ?? "");
  await world.pass(500);
  page.chat.toasts.undo(page.chat.toasts.state.get()[0]?.id ?? 0);
  await world.pass(500);
  expect(items()[0]?.files).toEqual(["a.pdf", "b.pdf"]);
  await world.pass(2 * HOUR);
  expect(page.messages.at(-1)?.files.map(({ name }) => name)).toEqual(["a.pdf", "b.pdf"]);
  expect(items()).toEqual([]);
});

test("files whose way is cut stay in the composer, and go on from there", async () => {
  const { world, page, scheduled, in_, items } = await writing("Both.");
  page.conversation.composer.addFiles([file("a.pdf")]);
  world.server.reachable = false;
  const asked = scheduled.plan(in_(1));
  await world.pass(500);
  expect(await asked).toMatchObject({ code: "offline" });
  expect(page.conversation.composer.state.get().files.length).toBe(1);
  world.server.reachable = true;
  void scheduled.plan(in_(1));
  await world.pass(2_000);
  expect(items()[0]?.files).toEqual(["a.pdf"]);
});

test("files that go to a client are said to as long as none has gone there", async () => {
  const world = new World();
  const conv = world.group(ANNA, CLARA);
  const page = new Page(world, ANNA);
  await world.pass(1_000);
  await page.open(conv);
  const { composer } = page.conversation;
  composer.addFiles([file("a.pdf")]);
  expect(composer.state.get().crossesLater).toBe("Ito Ltd");
  const scheduled = (await page.details()).scheduled();
  void scheduled.plan(wireTime(world.clock.now() + HOUR));
  await world.pass(2_000);
  composer.addFiles([file("b.pdf")]);
  expect(composer.state.get().crossesLater).toBe("Ito Ltd");
  composer.send();
  composer.agree();
  await world.pass(2_000);
  composer.addFiles([file("c.pdf")]);
  expect(composer.state.get().crossesLater).toBeUndefined();
});

test("a reply stays one", async () => {
  const { world, question, page, scheduled, in_, after } = await writing("At noon.");
  page.conversation.composer.reply(question.event_id);
  await after(scheduled.plan(in_(1)));
  expect(world.server.later.of(ANNA).scheduled[0]?.reply_to).toBe(question.event_id);
  expect(page.conversation.composer.state.get().mode).toBe("new");
});

test("what cannot be planned stays in the composer, with the reason", async () => {
  const { world, page, scheduled, in_, after } = await writing("At noon.");
  expect(await after(scheduled.plan(in_(-1)))).toMatchObject({ code: "bad_time" });
  world.server.reachable = false;
  expect(await after(scheduled.plan(in_(1)))).toMatchObject({ code: "offline" });
  expect(page.conversation.composer.state.get().text).toBe("At noon.");
});

test("what is written while the server is asked stays", async () => {
  const { world, page, scheduled, in_, items } = await writing("At noon.");
  const asked = scheduled.plan(in_(1));
  page.conversation.composer.setText("Another thought");
  await world.pass(200);
  expect(await asked).toBeUndefined();
  expect(items().map(({ text }) => text)).toEqual(["At noon."]);
  expect(page.conversation.composer.state.get().text).toBe("Another thought");
});

test("after a lost answer the same again is the same message", async () => {
  const { world, page, scheduled, in_, items, after } = await writing("At noon.");
  const at = in_(1);
  const { later } = world.server;
  const add = later.add.bind(later);
  later.add = (person, plan) => {
    add(person, plan);
    later.add = add;
    throw new Unreachable("timeout");
  };
  expect(await after(scheduled.plan(at))).toMatchObject({ code: "timeout" });
  expect(await after(scheduled.plan(at))).toBeUndefined();
  expect(items().map(({ text }) => text)).toEqual(["At noon."]);
  page.conversation.composer.setText("At noon.");
  await after(scheduled.plan(at));
  expect(items()).toHaveLength(2);
  expect(world.server.later.of(ANNA).scheduled).toHaveLength(2);
});

test("what was taken back and cannot wait any more is in the composer again", async () => {
  const { world, page, scheduled, in_, items, after } = await writing("At noon.");
  await after(scheduled.plan(in_(1)));
  await after(scheduled.cancel(items()[0]?.id ?? ""));
  page.conversation.composer.setText("Then this");
  const toast = page.chat.toasts.state.get().at(-1);
  world.server.reachable = false;
  page.chat.toasts.undo(toast?.id ?? 0);
  await world.pass(500);
  expect(page.conversation.composer.state.get().text).toBe("At noon.\nThen this");
});

test("it is changed, sent now, or taken back, and that has a way back", async () => {
  const { world, conv, page, scheduled, in_, items, after } = await writing("One");
  await after(scheduled.plan(in_(5)));
  const [one] = items();
  await after(scheduled.change(one?.id ?? "", "One, mended", in_(6)));
  expect(items()[0]).toMatchObject({ text: "One, mended", at: expect.any(String) });
  await after(scheduled.cancel(one?.id ?? ""));
  expect(items()).toEqual([]);
  const toast = page.chat.toasts.state.get().at(-1);
  expect(toast).toMatchObject({ code: "scheduled_cancelled", canUndo: true });
  page.chat.toasts.undo(toast?.id ?? 0);
  await world.pass(500);
  expect(items().map(({ text }) => text)).toEqual(["One, mended"]);
  await after(scheduled.sendNow(items()[0]?.id ?? ""));
  expect(world.texts(conv)).toEqual(["When?", "One, mended"]);
  expect(await after(scheduled.sendNow("0".repeat(32)))).toMatchObject({
    code: "no_such_scheduled",
  });
});

test("what was refused when its time came says why, here and on the other device", async () => {
  const { world, conv, page, scheduled, in_, items, after } = await writing("Too late");
  const phone = new Page(world, ANNA);
  await after(scheduled.plan(in_(1)));
  world.server.record({ type: "member.removed", conv, actor: BEN, person: ANNA } as never);
  await world.pass(2 * HOUR);
  expect(items()[0]).toMatchObject({ state: "refused", trouble: { code: "not_a_member" } });
  expect(items()[0]?.keptUntil).toMatch(/^2026-12-\d\dT/);
  const gist = (chat: Page) => chat.chat.list.state.get().items[0]?.scheduled?.refused;
  expect([gist(page), gist(phone)]).toEqual([1, 1]);
});

test("what clients write is sent at once", async () => {
  const world = new World();
  const conv = world.group(ANNA, CLARA);
  const clara = new Page(world, CLARA);
  await world.pass(1_000);
  await clara.open(conv);
  clara.conversation.composer.setText("Hello");
  expect(clara.conversation.composer.state.get().canPlan).toBe(false);
});
