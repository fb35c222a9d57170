/** Sending messages on: what goes, where to, what is asked before, and what readers see. */
import { expect, test } from "vitest";
import { Page } from "../../tests/fakes/chat";
import type { Draft } from "../../tests/fakes/journal";
import { ANNA, BEN, CLARA, World } from "../../tests/fakes/world";

async function opened(world: World, person: string, conv: string) {
  const page = new Page(world, person);
  await world.pass(1_000);
  await page.open(conv);
  return { page, details: await page.details() };
}

function said(world: World, conv: string, actor: string, text: string): string {
  return world.server.record({ type: "message.sent", conv, actor, text } as Draft).event_id;
}

function texts(world: World, conv: string): (string | undefined)[] {
  return world.server.journal.all.flatMap((event) =>
    event.type === "message.sent" && event.conv === conv ? [event.text] : [],
  );
}

test("several messages go to several conversations, in their order", async () => {
  const world = new World();
  const [from, one, two] = [world.group(ANNA, BEN), world.group(ANNA, BEN), world.group(ANNA)];
  const ids = ["first", "second", "third"].map((text) => said(world, from, BEN, text));
  const { details } = await opened(world, ANNA, from);
  const model = details.forward(ids[1] ?? "");
  expect(model.state.get()).toMatchObject({ count: 1, canSend: false });
  expect(model.state.get().targets.map(({ item }) => item.id)).not.toContain(from);
  model.toggleMessage(ids[0] ?? "");
  model.toggle(one);
  model.toggle(two);
  expect(model.send()).toBe(true);
  await world.pass(500);
  for (const conv of [one, two]) expect(texts(world, conv)).toEqual(["first", "second"]);
});

test("a row says who wrote it, cannot be edited, and shows its text at once", async () => {
  const world = new World();
  const [from, to] = [world.group(ANNA, BEN), world.group(ANNA, BEN)];
  const id = said(world, from, BEN, "the figure");
  const { page, details } = await opened(world, ANNA, from);
  const model = details.forward(id);
  model.toggle(to);
  model.send();
  await page.open(to);
  await world.pass(500);
  const row = page.messages.at(-1);
  expect(row).toMatchObject({ text: "the figure", can: { edit: false, remove: true } });
  expect(row?.forward?.author?.id).toBe(BEN);
  page.conversation.composer.editLast();
  expect(page.conversation.composer.state.get().mode).toBe("new");
});

test("what was removed meanwhile is refused where it was to go", async () => {
  const world = new World();
  const [from, to] = [world.group(ANNA, BEN), world.group(ANNA, BEN)];
  const id = said(world, from, BEN, "gone");
  const { page, details } = await opened(world, ANNA, from);
  const model = details.forward(id);
  model.toggle(to);
  world.server.record({ type: "message.removed", conv: from, actor: BEN, target: id } as Draft);
  model.send();
  await page.open(to);
  await world.pass(500);
  expect(page.messages.at(-1)).toMatchObject({
    text: "gone",
    tick: "failed",
    trouble: { code: "message_removed" },
  });
});

test("nothing is sent on to whose account has ended", async () => {
  const world = new World();
  const from = world.group(ANNA, BEN);
  const id = said(world, from, BEN, "the figure");
  const { page, details } = await opened(world, ANNA, from);
  page.chat.openDirect(BEN);
  await world.pass(500);
  const direct = page.conversation.id;
  const model = details.forward(id);
  const offered = () => model.state.get().targets.map(({ item }) => item.id);
  expect(offered()).toEqual([direct]);
  model.toggle(direct);
  const ben = world.server.people.get(BEN);
  if (ben !== undefined) world.server.tell({ ...ben, active: false });
  await world.pass(500);
  model.search("");
  expect(offered()).toEqual([]);
  expect(model.state.get().canSend).toBe(false);
});

test("across the firm's edge it asks once, both ways, and the way back sends nothing", async () => {
  const world = new World();
  const [inside, outside] = [world.group(ANNA, BEN), world.group(ANNA, CLARA)];
  const figure = said(world, inside, BEN, "the figure");
  const wish = said(world, outside, CLARA, "my wish");
  const { page, details } = await opened(world, ANNA, inside);
  const model = details.forward(figure);
  expect(model.state.get().crossing).toBeUndefined();
  model.toggle(outside);
  const to = model.state.get().crossing?.to;
  expect(model.state.get().crossing).toEqual({ to, from: "" });
  expect(to).not.toBe("");
  expect(model.send()).toBe(false);
  expect(model.state.get().asking).toBe(true);
  model.back();
  await world.pass(500);
  expect(texts(world, outside)).toEqual(["my wish"]);
  await page.open(outside);
  const back = (await page.details()).forward(wish);
  back.toggle(inside);
  expect(back.state.get().crossing).toEqual({ to: "", from: to });
  expect([back.send(), back.send()]).toEqual([false, true]);
  await world.pass(500);
  expect(texts(world, inside)).toEqual(["the figure", "my wish"]);
});

test("it asks as well where the server says that somebody outside is there, and not yet who", async () => {
  const world = new World();
  const [from, to] = [world.group(ANNA, BEN), world.group(ANNA, BEN)];
  const figure = said(world, from, BEN, "the figure");
  const { journal } = world.server;
  const conversation = journal.conversation.bind(journal);
  journal.conversation = (stream, person) => {
    const shown = conversation(stream, person);
    return stream.id === to ? { ...shown, outside: true } : shown;
  };
  const { details } = await opened(world, ANNA, from);
  const model = details.forward(figure);
  model.toggle(to);
  expect(model.state.get().crossing).toBeDefined();
  expect([model.send(), model.send()]).toEqual([false, true]);
});

test("a client forwards what is theirs without being asked", async () => {
  const world = new World();
  const [one, two] = [world.group(ANNA, CLARA), world.group(BEN, CLARA)];
  const id = said(world, one, ANNA, "the offer");
  const { details } = await opened(world, CLARA, one);
  const model = details.forward(id);
  model.toggle(two);
  expect(model.send()).toBe(true);
  await world.pass(500);
  expect(texts(world, two)).toEqual(["the offer"]);
});
