/**
 * What is in view stays where it is when a row moves to the top, or one above it comes or goes.
 *
 * Browsers that do so by themselves lose the place here: React moves all rows that the one passes.
 */
import { type RefObject, useCallback, useLayoutEffect, useRef } from "react";

/** From rows in view to where they stand, in pixels from the top edge. */
type Places = ReadonlyMap<Element, number>;

/**
 * Returns what notes the place; call it when one scrolls.
 *
 * `rows` are looked after for as long as `list` is the same: another list begins where it begins. At
 * the very top nothing is kept: what is new shows.
 */
export function useKeptPlace(
  scroller: RefObject<HTMLElement | null>,
  rows: unknown,
  list: string,
): () => void {
  const known = useRef<{ list: string; places: Places }>({ list, places: new Map() });
  const note = useCallback(() => {
    known.current = { ...known.current, places: placesIn(scroller.current) };
  }, [scroller]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the rows are what moves
  useLayoutEffect(() => {
    const element = scroller.current;
    const { list: before, places } = known.current;
    if (element !== null && element.scrollTop > 0 && before === list) {
      element.scrollTop += moved(element, places);
    }
    showFocused(element, places);
    known.current = { list, places: placesIn(element) };
  }, [scroller, rows, list]);
  return note;
}

function placesIn(scroller: HTMLElement | null): Places {
  if (scroller === null || scroller.clientHeight === 0) return new Map();
  const top = scroller.getBoundingClientRect().top;
  const rows = [...scroller.querySelectorAll("[data-stop]")].map(
    (row) => [row, row.getBoundingClientRect()] as const,
  );
  return new Map(
    rows
      .filter(([, box]) => box.bottom > top && box.top < top + scroller.clientHeight)
      .map(([row, box]) => [row, box.top - top]),
  );
}

/** A row that is walked by keys and was in view is in view wherever it moved to. */
function showFocused(scroller: HTMLElement | null, places: Places): void {
  const row = scroller?.querySelector("[data-stop]:focus-visible");
  if (row && places.has(row)) row.scrollIntoView({ block: "nearest" });
}

/** How far most of the rows went that were in view: one that moved to the top is not most. */
function moved(scroller: HTMLElement, places: Places): number {
  const top = scroller.getBoundingClientRect().top;
  const ways = [...places]
    .filter(([row]) => scroller.contains(row))
    .map(([row, place]) => row.getBoundingClientRect().top - top - place)
    .sort((a, b) => a - b);
  return ways[Math.floor(ways.length / 2)] ?? 0;
}
