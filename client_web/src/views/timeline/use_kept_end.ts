/** The newest row stays in view when the log or what stands below it changes its size. */
import { type RefObject, useEffect, useRef } from "react";
import { type Frames, KeptEnd } from "./kept_end";

/** Whoever does one of these goes where they want. */
const GOING = ["wheel", "touchmove", "pointerdown", "keydown"] as const;
const FRAMES: Frames = {
  ask: (look) => requestAnimationFrame(look),
  drop: (id) => cancelAnimationFrame(id),
};

/**
 * `near`: so many pixels from the end count as there. Does nothing where one reads further up.
 * The page tells what it returns when it goes elsewhere itself; there is none before the log is shown.
 */
export function useKeptEnd(
  scroller: RefObject<HTMLElement | null>,
  near: number,
): RefObject<KeptEnd | undefined> {
  const kept = useRef<KeptEnd>(undefined);
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    kept.current = new KeptEnd(element, near, FRAMES);
    const { scrolled, sized, release } = kept.current;
    const sizes = new ResizeObserver(sized);
    sizes.observe(element);
    element.addEventListener("scroll", scrolled, { passive: true });
    for (const name of GOING) element.addEventListener(name, release, { passive: true });
    return () => {
      kept.current = undefined;
      release();
      sizes.disconnect();
      element.removeEventListener("scroll", scrolled);
      for (const name of GOING) element.removeEventListener(name, release);
    };
  }, [scroller, near]);
  return kept;
}
