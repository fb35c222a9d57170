import { describe, expect, test } from "vitest";
import { Page } from "../../tests/fakes/chat";
import { ANNA, CLARA, World } from "../../tests/fakes/world";
import { NO_DAYS, type OwnHoursModel, stretchOf, textsOf, weekOf, wrong } from "./hours";

const UNTIL = "2027-01-04T09:00";
const wireTime = (local: string) => new Date(local).toISOString().replace("Z", "000Z");

describe("times as people type them", () => {
  test.each([
    ["9-17", "09:00-17:00"],
    ["09:00-12:30", "09:00-12:30"],
    ["9.30–17", "09:30-17:00"],
    ["22:00-24:00", "22:00-24:00"],
  ])("%s is %s", (typed, meant) => expect(stretchOf(typed)).toBe(meant));

  test.each(["17-9", "9", "9:60-10", "9-25", "24:00-24:30", "", "nine to five"])(
    "%s is no time of a day",
    (typed) => expect(stretchOf(typed)).toBeUndefined(),
  );

  test("a day has several, and a line that is not understood is named", () => {
    const lines = ["9-12:30, 13-17", "", "closed", "9 – 17", "", "", ""];
    expect(wrong(lines)).toEqual([false, false, true, false, false, false, false]);
    expect(weekOf(lines)).toBeUndefined();
    const week = weekOf(lines.map((line) => (line === "closed" ? "" : line)));
    expect(week?.slice(0, 4)).toEqual([["09:00-12:30", "13:00-17:00"], [], [], ["09:00-17:00"]]);
    expect(weekOf(NO_DAYS.slice(1))).toBeUndefined();
  });

  test("words that say nothing are the usual ones", () => {
    expect(textsOf({ en: "  ", pl: " Nie ma nas. " })).toEqual({ pl: "Nie ma nas." });
  });
});

async function opened(
  set: (world: World) => void = () => {},
): Promise<{ world: World; model: OwnHoursModel }> {
  const world = new World();
  set(world);
  const page = new Page(world, ANNA);
  await world.pass(5_000);
  const model = (await page.later()).hours();
  await world.pass(1_000);
  return { world, model };
}

test("words that send clients elsewhere are hinted at where the firm looks for that", async () => {
  const { model } = await opened();
  expect(model.elsewhere({ en: "Call me on WhatsApp", pl: "" })).toBe(true);
  expect(model.elsewhere({ en: "", pl: "Napisz na WhatsAppie" })).toBe(true);
  expect(model.elsewhere({ en: "Maria answers you.", pl: "" })).toBe(false);
  const other = await opened((world) => {
    world.server.offChannel = false;
  });
  expect(other.model.elsewhere({ en: "Call me on WhatsApp", pl: "" })).toBe(false);
});

test("an advisor is away with words of their own, and back again", async () => {
  const { world, model } = await opened();
  void model.leave("", UNTIL, { en: "At sea.", pl: "" });
  await world.pass(1_000);
  expect(model.state.get()).toMatchObject({
    away: { until: wireTime(UNTIL) },
    words: { en: "At sea.", pl: "" },
    done: "away",
    busy: false,
  });
  void model.back();
  await world.pass(1_000);
  expect(model.state.get()).toMatchObject({ away: undefined, done: "back" });
});

test("their own week replaces the firm's until they take it back", async () => {
  const { world, model } = await opened();
  const lines = ["", "10-14", "", "", "", "", ""];
  void model.setWeek({ zone: "Europe/London", lines });
  await world.pass(1_000);
  const own = { zone: "Europe/London", lines: ["", "10:00-14:00", "", "", "", "", ""] };
  expect(model.state.get()).toMatchObject({ own, done: "week" });
  void model.setWeek(undefined);
  await world.pass(1_000);
  expect(model.state.get().own).toBeUndefined();
});

test("a refused absence says why and changes nothing", async () => {
  const { world, model } = await opened();
  void model.leave("2027-01-05T09:00", UNTIL, { en: "", pl: "" });
  await world.pass(1_000);
  expect(model.state.get()).toMatchObject({ trouble: { code: "bad_period" }, busy: false });
  expect(model.state.get().away).toBeUndefined();
});

test("hours that could not be had are not shown as none, and are asked for again", async () => {
  const world = new World();
  const page = new Page(world, ANNA);
  await world.pass(5_000);
  world.server.reachable = false;
  const model = (await page.later()).hours();
  await world.pass(1_000);
  expect(model.state.get()).toMatchObject({ known: false, trouble: { code: "offline" } });
  world.server.reachable = true;
  model.refresh();
  await world.pass(1_000);
  expect(model.state.get()).toMatchObject({ known: true, trouble: undefined });
});

test("a client has no hours to keep", async () => {
  const world = new World();
  const page = new Page(world, CLARA);
  await world.pass(5_000);
  expect(page.chat.hasHours).toBe(false);
});
