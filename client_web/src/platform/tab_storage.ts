/** What a tab keeps: over a reload and a page that a phone dropped, not longer. */

/** A browser may refuse storage altogether: undefined, and nothing is kept. */
export function inTab<T>(use: (storage: Storage) => T): T | undefined {
  try {
    return use(sessionStorage);
  } catch (error) {
    if (error instanceof DOMException) return undefined;
    throw error;
  }
}
