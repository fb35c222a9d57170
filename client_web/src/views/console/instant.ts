/** Times of records, all in UTC and of one width, so that columns stay columns. */

/** 2026-11-24 09:41 UTC: a term, whose day in the firm's zone may be another one. */
export function termOf(at: string): string {
  return `${at.slice(0, 10)} ${at.slice(11, 16)} UTC`;
}

/** 2026-11-24 09:41:03 */
export function clockOf(at: string): string {
  return `${at.slice(0, 10)} ${at.slice(11, 19)}`;
}
