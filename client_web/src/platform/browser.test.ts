import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { networkOf, random, type Surface } from "./browser";

class Page implements Surface {
  readonly window = new EventTarget();
  readonly document = Object.assign(new EventTarget(), { visibilityState: "visible" });
  readonly navigator = { onLine: true };
  heard = 0;
  readonly end = networkOf(this).subscribe(() => {
    this.heard += 1;
  });
}

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

/** What a suspended device does: time goes on, no timer runs. */
function sleep(milliseconds: number): void {
  vi.setSystemTime(Date.now() + milliseconds);
}

test("a device that slept is noticed within 5 seconds of its waking; one that did not, never", () => {
  const page = new Page();
  vi.advanceTimersByTime(600_000);
  expect(page.heard).toBe(0);
  sleep(20_000);
  vi.advanceTimersByTime(5_000);
  expect(page.heard).toBe(1);
  page.end();
  sleep(20_000);
  vi.advanceTimersByTime(5_000);
  expect(page.heard).toBe(1);
});

test("timers of a hidden page are late by design: that is no sleep", () => {
  const page = new Page();
  Object.assign(page.document, { visibilityState: "hidden" });
  sleep(60_000);
  vi.advanceTimersByTime(5_000);
  expect(page.heard).toBe(0);
  page.end();
});

test.each(["online", "offline", "pageshow"])("%s is told", (name) => {
  const page = new Page();
  page.window.dispatchEvent(new Event(name));
  expect(page.heard).toBe(1);
  page.end();
});

test("what spreads attempts lies anywhere from 0 to 1, and is seldom the same twice", () => {
  const drawn = Array.from({ length: 1_000 }, random);
  expect(new Set(drawn).size).toBeGreaterThan(990);
  for (const each of [0.25, 0.5, 0.75, 1]) {
    const quarter = drawn.filter((one) => one < each && one >= each - 0.25);
    expect(quarter.length).toBeGreaterThan(150);
  }
});
