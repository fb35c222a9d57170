/** One message at a time is in the tab order; the arrows go from one to the next. */
import { type KeyboardEvent, type RefObject, useLayoutEffect, useRef, useState } from "react";
import type { TimelineRow } from "../../view_models/timeline";

/**
 * Which message has (or had last) the focus, and what the arrows do.
 *
 * `scrollTo` is set by the owner: the row may have to be rendered before it can be focused.
 */
export function useRovingRows(
  rows: readonly TimelineRow[],
  scroller: RefObject<HTMLDivElement | null>,
) {
  const [active, setActive] = useState<string>();
  const wanted = useRef<string | undefined>(undefined);
  const scrollTo = useRef<(index: number) => void>(() => {});
  const activeIndex = active === undefined ? -1 : rows.findIndex((row) => row.key === active);
  useLayoutEffect(() => {
    if (wanted.current === undefined) return;
    const element = find(scroller.current, wanted.current);
    if (element === null) return;
    wanted.current = undefined;
    element.focus({ preventScroll: true });
  });
  const goTo = (index: number) => {
    const row = rows[index];
    if (row === undefined) return;
    wanted.current = row.key;
    setActive(row.key);
    scrollTo.current(index);
  };
  /** Returns whether the key was one of those that move. */
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): boolean => {
    if (event.altKey || event.ctrlKey || event.metaKey) return false;
    const from = activeIndex < 0 ? rows.length : activeIndex;
    const next = nextIndex(rows, from, event.key);
    if (next === undefined) return false;
    event.preventDefault();
    goTo(next);
    return true;
  };
  return {
    activeKey: activeIndex < 0 ? undefined : active,
    activeIndex,
    setActive,
    onKeyDown,
    scrollTo,
  };
}

function nextIndex(rows: readonly TimelineRow[], from: number, key: string): number | undefined {
  const isMessage = (row: TimelineRow) => row.kind === "message";
  switch (key) {
    case "ArrowUp":
      return within(rows.slice(0, from).findLastIndex(isMessage));
    case "ArrowDown": {
      const further = rows.slice(from + 1).findIndex(isMessage);
      return further < 0 ? undefined : from + 1 + further;
    }
    case "Home":
      return within(rows.findIndex(isMessage));
    case "End":
      return within(rows.findLastIndex(isMessage));
    default:
      return undefined;
  }
}

function within(index: number): number | undefined {
  return index < 0 ? undefined : index;
}

function find(root: HTMLElement | null, key: string): HTMLElement | null {
  return root?.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`) ?? null;
}
