import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { browserNetwork } from "./browser";

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("window", new EventTarget());
  vi.stubGlobal("document", Object.assign(new EventTarget(), { visibilityState: "visible" }));
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

/** What a suspended device does: time goes on, no timer runs. */
function sleep(milliseconds: number): void {
  vi.setSystemTime(Date.now() + milliseconds);
}

test("a device that slept is noticed within 5 seconds of its waking; one that did not, never", () => {
  const heard = vi.fn();
  const end = browserNetwork.subscribe(heard);
  vi.advanceTimersByTime(600_000);
  expect(heard).not.toHaveBeenCalled();
  sleep(20_000);
  vi.advanceTimersByTime(5_000);
  expect(heard).toHaveBeenCalledTimes(1);
  end();
  sleep(20_000);
  vi.advanceTimersByTime(5_000);
  expect(heard).toHaveBeenCalledTimes(1);
});

test("timers of a hidden page are late by design: that is no sleep", () => {
  const heard = vi.fn();
  const end = browserNetwork.subscribe(heard);
  Object.assign(document, { visibilityState: "hidden" });
  sleep(60_000);
  vi.advanceTimersByTime(5_000);
  expect(heard).not.toHaveBeenCalled();
  end();
});

test.each(["online", "offline", "pageshow"])("%s is told", (name) => {
  const heard = vi.fn();
  const end = browserNetwork.subscribe(heard);
  window.dispatchEvent(new Event(name));
  expect(heard).toHaveBeenCalledTimes(1);
  end();
});
