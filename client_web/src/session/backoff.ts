/** How long to wait before the next attempt: full jitter between 0.5 s and a limit that doubles to 30 s. */

const LEAST_MS = 500;
const MOST_MS = 30_000;

/** In milliseconds. `failures` so far, at least 1; `random` in [0, 1); `retryAfter` in seconds. */
export function delayOf(failures: number, random: number, retryAfter = 0): number {
  const limit = Math.min(MOST_MS, LEAST_MS * 2 ** Math.min(failures, 10));
  const asked = retryAfter * 1000;
  // What the server asks for is the least; on top of it everybody waits a little differently.
  return Math.max(LEAST_MS, asked) + random * (limit - LEAST_MS);
}
