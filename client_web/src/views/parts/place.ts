/** Where floating things go and where the focus goes: measured on the page, decided here. */
import type { Page } from "../browser";
import { focusBeside } from "./focus";

export type Anchor = Element | { readonly x: number; readonly y: number };

const EDGE = 8;

/** Top left corner for `element` beside `anchor`, inside the page; above when there is no room below. */
export function placeBeside(
  element: Element,
  anchor: Anchor,
  page: Pick<Page, "size">,
): { x: number; y: number } {
  const own = element.getBoundingClientRect();
  const by =
    anchor instanceof Element
      ? anchor.getBoundingClientRect()
      : new DOMRect(anchor.x, anchor.y, 0, 0);
  const { width, height } = page.size();
  const rightHalf = by.left + by.width / 2 > width / 2;
  const x = rightHalf ? by.right - own.width : by.left;
  const below = by.bottom + 4;
  const y = below + own.height + EDGE <= height ? below : by.top - own.height - 4;
  return {
    x: Math.round(Math.max(EDGE, Math.min(x, width - own.width - EDGE))),
    y: Math.round(Math.max(EDGE, Math.min(y, height - own.height - EDGE))),
  };
}

/**
 * Move the focus among the elements of `selector` in `root` with the arrows, Home and End.
 *
 * Returns whether the key meant that.
 */
export function moveFocus(root: Element, selector: string, key: string): boolean {
  const stops = [...root.querySelectorAll<HTMLElement>(selector)];
  if (stops.length === 0) return false;
  const here = stops.indexOf(focusBeside(root) as HTMLElement);
  const last = stops.length - 1;
  const next = new Map([
    ["ArrowDown", here === last ? 0 : here + 1],
    ["ArrowUp", here <= 0 ? last : here - 1],
    ["Home", 0],
    ["End", last],
  ]).get(key);
  if (next === undefined) return false;
  stops[next]?.focus();
  return true;
}
