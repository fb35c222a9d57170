/** What a device keeps of the app lock, also where the browser keeps nothing. */
import { expect, test } from "vitest";
import { lockIn } from "./preferences";

/** A browser's storage; `refuses`: what it does not do. */
function storage() {
  const texts = new Map<string, string>();
  const place = {
    refuses: undefined as "everything" | "writing" | undefined,
    stored: (key: string) => (place.refuses === "everything" ? null : (texts.get(key) ?? null)),
    keep: (key: string, text: string) => {
      if (place.refuses !== undefined) return false;
      texts.set(key, text);
      return true;
    },
  };
  return { texts, place, lock: lockIn(place) };
}

test.each(["everything", "writing"] as const)(
  "where the browser refuses %s it lasts as long as the page",
  (what) => {
    const { texts, place, lock } = storage();
    lock.locked.set(false);
    lock.minutes.set(5);
    place.refuses = what;
    lock.locked.set(true);
    lock.minutes.set(15);
    expect([lock.locked.get(), lock.minutes.get()]).toEqual([true, 15]);
    lock.locked.set(false);
    expect(lock.locked.get()).toBe(false);
    place.refuses = undefined;
    lock.locked.set(true);
    texts.set("onrecord.locked", "no");
    expect(lock.locked.get()).toBe(false);
  },
);

test("a number that is none, or below 0, is 0", () => {
  const { texts, lock } = storage();
  for (const text of ["-5", "soon", "Infinity", ""]) {
    texts.set("onrecord.used", text);
    expect(lock.used.get()).toBe(0);
  }
});
