import { expect, test } from "vitest";
import { Page } from "../../tests/fakes/chat";
import { texts } from "../../tests/fakes/scene";
import { ANNA, BEN, World } from "../../tests/fakes/world";
import { Fetched } from "./fetched";

test("what could not be fetched is asked for again, and once more at most", async () => {
  let asked = 0;
  const code = new Fetched(async () => {
    asked += 1;
    if (asked === 1) throw new TypeError("Failed to fetch");
    return "code";
  });
  await code.fetch();
  expect(code.value).toBeUndefined();
  await Promise.all([code.fetch(), code.fetch()]);
  await code.fetch();
  expect([code.value, asked]).toEqual(["code", 2]);
});

test("a log whose code is not there yet is loading; what is written meanwhile is sent and shown", async () => {
  let lost = true;
  const world = new World();
  const conv = world.group(ANNA, BEN);
  world.say(conv, BEN, "hello");
  const page = new Page(world, ANNA, undefined, { rowsLost: () => lost });
  await world.pass(1_000);
  await page.open(conv);
  const { timeline } = page.conversation;
  expect(timeline.state.get()).toMatchObject({ loading: "first", rows: [] });
  page.write("so soon");
  await world.pass(500);
  expect(world.texts(conv)).toEqual(["hello", "so soon"]);
  lost = false;
  page.browser.network.set(false);
  await world.pass(100);
  page.browser.network.set(true);
  await world.pass(5_000);
  expect(timeline.state.get().loading).toBe("none");
  expect(texts(page)).toEqual(["hello", "so soon"]);
});
