/** Keeps what is typed from the field below while the one above is still fetched. */
import { useCallback, useLayoutEffect, useRef } from "react";
import { useBrowser } from "./browser";

/** Returns what ends the holding and gives what was typed meanwhile, lines included. */
export function useHeldKeys(onEscape: () => void): () => string {
  const { page } = useBrowser();
  const held = useRef("");
  const end = useRef<AbortController>(undefined);
  useLayoutEffect(() => {
    const holding = new AbortController();
    end.current = holding;
    const hold = (event: KeyboardEvent) => {
      event.preventDefault();
      event.stopPropagation();
      if (event.key === "Escape") onEscape();
      if (event.key === "Enter") held.current += "\n";
      if (event.key.length === 1 && !event.ctrlKey && !event.metaKey) held.current += event.key;
    };
    page.events.addEventListener("keydown", hold, { capture: true, signal: holding.signal });
    return () => holding.abort();
  }, [onEscape, page]);
  return useCallback(() => {
    end.current?.abort();
    return held.current;
  }, []);
}
