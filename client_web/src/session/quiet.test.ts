import { describe, expect, test } from "vitest";
import { ANNA, BEN, World } from "../../tests/fakes/world";
import { isQuiet } from "./quiet";

const at = (text: string) => Date.parse(text);
const NIGHT = { zone: "Europe/Warsaw", starts: "22:00", ends: "07:00" };

describe("quiet hours", () => {
  test.each([
    ["2026-11-26T20:59:59Z", false],
    ["2026-11-26T21:00:00Z", true],
    ["2026-11-27T05:59:59Z", true],
    ["2026-11-27T06:00:00Z", false],
    // In summer the wall of Warsaw is two hours ahead.
    ["2026-07-26T19:59:00Z", false],
    ["2026-07-26T20:00:00Z", true],
  ])("go over midnight by the clock on the wall: %s", (moment, quiet) => {
    expect(isQuiet(NIGHT, at(moment))).toBe(quiet);
  });

  test.each([
    ["2026-11-27T22:59:00Z", false],
    ["2026-11-27T23:00:00Z", true],
    ["2026-11-29T22:59:00Z", true],
    ["2026-11-29T23:00:00Z", false],
  ])("take in the whole weekend where that is wished: %s", (moment, quiet) => {
    const noon = { zone: "Europe/Warsaw", starts: "12:00", ends: "13:00", weekends: true };
    expect(isQuiet(noon, at(moment))).toBe(quiet);
  });

  test("of a zone that this browser does not know are none", () => {
    expect(isQuiet({ ...NIGHT, zone: "Mars/Olympus" }, at("2026-11-26T23:00:00Z"))).toBe(false);
  });

  test("are the same on all devices, also on one that was away, and nobody else's", async () => {
    const world = new World();
    world.group(ANNA, BEN);
    const [desk, phone, ben] = [ANNA, ANNA, BEN].map((person) => world.browser(person).open());
    await world.pass(1_000);
    desk?.quiet.set(NIGHT);
    expect(desk?.quiet.hours).toBeUndefined();
    await world.pass(1_000);
    expect([desk, phone, ben].map((each) => each?.quiet.hours)).toEqual([NIGHT, NIGHT, undefined]);
    const later = world.browser(ANNA).open();
    await world.pass(1_000);
    expect(later.quiet.hours).toEqual(NIGHT);
    phone?.quiet.set(undefined);
    await world.pass(1_000);
    expect([desk, phone].map((each) => each?.quiet.hours)).toEqual([undefined, undefined]);
  });

  test("begin and end while nothing else happens", async () => {
    const world = new World();
    const desk = world.browser(ANNA).open();
    await world.pass(1_000);
    const clock = (ms: number) => new Date(world.clock.now() + ms).toISOString().slice(11, 16);
    const told: boolean[] = [];
    desk.quiet.changed.subscribe(() => told.push(desk.quiet.now()));
    desk.quiet.set({ zone: "UTC", starts: clock(180_000), ends: clock(360_000) });
    await world.pass(600_000);
    expect(told.filter((quiet, at) => quiet !== told[at - 1])).toEqual([false, true, false]);
  });
});
