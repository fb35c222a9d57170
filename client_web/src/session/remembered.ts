/** What is remembered for a while, and not for ever. */

const MOST_REMEMBERED = 1_000;

/** Adds to a set of bounded size; the oldest go. */
export function remember(set: Set<string>, value: string): void {
  set.add(value);
  for (const oldest of set) {
    if (set.size <= MOST_REMEMBERED) return;
    set.delete(oldest);
  }
}
