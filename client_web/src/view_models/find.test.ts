import { expect, test } from "vitest";
import { Page } from "../../tests/fakes/chat";
import { ANNA, BEN, World } from "../../tests/fakes/world";
import type { Hit, MessageSent } from "../wire/types.gen";

/** A conversation of three messages with "rate", of which the server finds those that still have it. */
async function searching() {
  const world = new World();
  const conv = world.group(ANNA, BEN);
  const said = ["a rate", "nothing", "the rate", "rates"].map((text) => world.say(conv, BEN, text));
  const asked: (string | undefined)[][] = [];
  let found: readonly Hit[] = said
    .filter(({ text }) => text?.includes("rate"))
    .map(hitOf)
    .reverse();
  const api = world.server.apiOf(ANNA);
  world.server.apiOf = () => ({
    ...api,
    search: async (query, where, limit) => {
      asked.push([query, where, String(limit)]);
      return { hits: [...found] };
    },
  });
  const page = new Page(world, ANNA);
  await world.pass(1_000);
  await page.open(conv);
  const conversation = page.chat.conversation.get();
  if (conversation === undefined) throw new Error("nothing is open");
  const find = (await conversation.details()).find();
  const { timeline } = conversation;
  const type = async (query: string) => {
    find.search(query);
    await world.pass(1_000);
  };
  const lose = (eventId: string) => {
    found = found.filter(({ event_id }) => event_id !== eventId);
  };
  const texts = () => find.state.get().hits.map(({ text }) => text);
  return { world, conv, said, asked, find, timeline, type, lose, texts };
}

function hitOf(message: MessageSent): Hit {
  const { event_id, conv, conv_seq, actor, at, text = "" } = message;
  const start = text.indexOf("rate");
  return { event_id, conv, conv_seq, actor, at, text, marks: [[start, start + 4]], files: [] };
}

test("asks of this conversation alone, once the person pauses", async () => {
  const { world, conv, asked, find, type, texts } = await searching();
  find.search("ra");
  await world.pass(100);
  await type("rate ");
  expect(asked).toEqual([["rate", conv, "200"]]);
  expect(texts()).toEqual(["rates", "the rate", "a rate"]);
});

test("goes from the newest to older ones, round at the end, and marks each in its place", async () => {
  const { said, find, timeline, type } = await searching();
  await type("rate");
  expect(find.state.get().at).toBeUndefined();
  const shown = () => {
    const { anchor, found } = timeline.state.get();
    expect(found?.key).toBe(anchor?.key);
    return [find.state.get().at, said.findIndex(({ event_id }) => event_id === found?.key)];
  };
  find.step(1);
  expect(shown()).toEqual([0, 3]);
  find.step(1);
  expect(shown()).toEqual([1, 2]);
  expect(timeline.state.get().found?.marks).toEqual([[4, 8]]);
  find.step(-1);
  find.step(-1);
  expect(shown()).toEqual([2, 0]);
});

test("steps that are asked for before anything is found are taken then", async () => {
  const { world, said, find, timeline } = await searching();
  find.search("rate");
  find.step(1);
  find.step(1);
  expect(timeline.state.get().found).toBeUndefined();
  await world.pass(1_000);
  expect(find.state.get().at).toBe(1);
  expect(timeline.state.get().found?.key).toBe(said[2]?.event_id);
  find.search("rat");
  find.step(1);
  find.search("ra");
  await world.pass(1_000);
  expect(find.state.get().at).toBeUndefined();
});

test("marks nothing any more once it is closed, or something else is searched for", async () => {
  const { find, timeline, type } = await searching();
  await type("rate");
  find.step(1);
  find.search("rat");
  expect([find.state.get().at, timeline.state.get().found]).toEqual([undefined, undefined]);
  await type("rate");
  find.step(1);
  find.close();
  expect(timeline.state.get().found).toBeUndefined();
});

test("drops a message that is removed, with its mark", async () => {
  const { world, said, find, timeline, type, lose, texts } = await searching();
  await type("rate");
  find.step(1);
  const [, , , newest] = said;
  if (newest === undefined) throw new Error("nothing was said");
  lose(newest.event_id);
  world.remove(newest);
  await world.pass(500);
  expect(texts()).toEqual(["the rate", "a rate"]);
  expect([find.state.get().at, timeline.state.get().found]).toEqual([undefined, undefined]);
});
