/** What tabs of one browser count together, whichever of them was told. */
import { expect, test } from "vitest";
import { World } from "../../tests/fakes/world";
import { IdleLock } from "./idle_lock";

const MINUTE = 60_000;

/** Two tabs in use, and how often each was due. */
function tabs() {
  const world = new World();
  const { lock: kept } = world.browser("a".repeat(32));
  const due = [0, 0];
  const open = (i: number) => {
    const lock: IdleLock = new IdleLock({
      clock: world.clock,
      kept,
      busy: () => false,
      due: () => {
        due[i] = (due[i] ?? 0) + 1;
        lock.rest();
      },
    });
    lock.watch();
    return lock;
  };
  return { world, kept, due, one: open(0), other: open(1) };
}

test("what the firm wants counts in the tab that hears of it second as well", async () => {
  const { world, due, one, other } = tabs();
  one.demand(5);
  other.demand(5);
  expect(other.state.get()).toEqual({ minutes: 0, most: 5 });
  one.rest();
  await world.pass(5 * MINUTE);
  expect(due).toEqual([0, 1]);
});

test("what is chosen in one tab counts in the others, also when that one is closed", async () => {
  const { world, due, one, other } = tabs();
  one.choose(5);
  one.rest();
  await world.pass(MINUTE);
  expect(other.state.get()).toEqual({ minutes: 5, most: 0 });
  await world.pass(4 * MINUTE);
  expect(due).toEqual([0, 1]);
});

test("a longer time that is chosen elsewhere counts too", async () => {
  const { world, due, one, other } = tabs();
  one.choose(1);
  other.choose(1);
  one.choose(15);
  await world.pass(14 * MINUTE);
  expect(due).toEqual([0, 0]);
  await world.pass(MINUTE);
  expect(due).toEqual([1, 1]);
});

test("a clock that is set back by an hour makes it no later than a look", async () => {
  const { world, due, one } = tabs();
  one.choose(5);
  world.clock.offset -= 60 * MINUTE;
  await world.pass(6 * MINUTE);
  expect(due).toEqual([1, 1]);
});
