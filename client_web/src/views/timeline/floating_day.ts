/** The day that floats over the log. */
import type { TimelineRow } from "../../view_models/timeline";

/** A row in view: where it begins and ends, CSS pixels from the log's beginning. */
interface Place {
  readonly key: React.Key;
  readonly index: number;
  readonly start: number;
  readonly end: number;
}

/** The floating day stands so far above where a row at the top has its own; CSS pixels. */
export const FLOATS = 6;
/** Its height with the gap below it; CSS pixels. */
export const FLOATING = 32;

/**
 * That of the first row in view. It stands in for a separator that came up to its place, whose key
 * `covers` is, and makes way for one that is about to.
 */
export function floatingDay(
  offset: number,
  places: readonly Place[],
  rows: readonly TimelineRow[],
): { readonly at: string; readonly covers: React.Key | undefined } | undefined {
  const top = offset - FLOATS;
  const shown = places.filter((each) => each.end > offset);
  const makesWay = shown.some(
    (each) => rows[each.index]?.kind === "day" && each.start > top && each.start < top + FLOATING,
  );
  if (makesWay) return undefined;
  const dated = shown.find((each) => rows[each.index]?.kind !== "unread");
  const row = dated && rows[dated.index];
  if (row === undefined || row.kind === "unread") return undefined;
  return { at: row.at, covers: row.kind === "day" ? dated?.key : undefined };
}
