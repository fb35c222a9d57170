/** Whether somebody is at the page, by the clock. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { IDLE_AFTER_MS, watchIdle } from "./idle";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("whoever touches nothing for ten minutes is away, once, and back with the first touch", () => {
  const page = new EventTarget();
  const told: boolean[] = [];
  const stop = watchIdle(page, (idle) => told.push(idle));
  vi.advanceTimersByTime(IDLE_AFTER_MS - 60_000);
  page.dispatchEvent(new Event("keydown"));
  vi.advanceTimersByTime(IDLE_AFTER_MS - 60_000);
  expect(told).toEqual([]);
  vi.advanceTimersByTime(10 * IDLE_AFTER_MS);
  expect(told).toEqual([true]);
  page.dispatchEvent(new Event("pointermove"));
  page.dispatchEvent(new Event("pointermove"));
  expect(told).toEqual([true, false]);
  stop();
  vi.advanceTimersByTime(10 * IDLE_AFTER_MS);
  expect(told).toEqual([true, false]);
});
