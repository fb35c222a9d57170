/** Keys of the workbench: F6 and Ctrl with an arrow go from part to part, / to the query. */
import { type RefObject, useEffect } from "react";
import { useBrowser } from "../browser";
import { focusBeside } from "../parts/focus";

/** Where a part takes the focus: the first of these that it has. */
const FIRST = ["[data-first]", "button[aria-current=true]", "[data-hit]", "button"];

function stepOf(event: KeyboardEvent): number {
  if (event.key === "F6") return event.shiftKey ? -1 : 1;
  if (!event.ctrlKey || event.target instanceof HTMLInputElement) return 0;
  return event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
}

function move(box: HTMLElement, step: number) {
  const parts = [...box.querySelectorAll<HTMLElement>("[data-part]")];
  const focused = focusBeside(box) ?? null;
  const here = parts.findIndex((part) => part.contains(focused));
  const next = parts[(Math.max(here, step < 0 ? 0 : -1) + step + parts.length) % parts.length];
  const found = FIRST.map((selector) => next?.querySelector<HTMLElement>(selector)).find(Boolean);
  (found ?? next)?.focus();
}

/** `box` holds the parts, each marked `data-part`. */
export function useParts(box: RefObject<HTMLElement | null>): void {
  const { page } = useBrowser();
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const element = box.current;
      if (element === null || page.hasDialog()) return;
      const step = stepOf(event);
      const typing = event.target instanceof Element && event.target.matches("input, select");
      if (step !== 0) move(element, step);
      else if (event.key === "/" && !typing) {
        element.querySelector<HTMLInputElement>("[name=words]")?.focus();
      } else return;
      event.preventDefault();
    };
    page.events.addEventListener("keydown", onKey);
    return () => page.events.removeEventListener("keydown", onKey);
  }, [box, page]);
}
