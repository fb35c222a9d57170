/** The keys that work anywhere. */
import { type RefObject, useEffect, useRef } from "react";
import { useBrowser } from "./browser";

interface Shortcuts {
  search: RefObject<HTMLInputElement | null>;
  /** Whether something can be searched here, and is. */
  onFind(): boolean;
  /** What opens one of them. */
  opening(kind: "switcher" | "shortcuts"): () => void;
  onEditLast(): void;
  onLock(): void;
}

function toSearch(field: HTMLInputElement | null): void {
  field?.focus();
  field?.select();
}

/**
 * Ctrl+K (Cmd+K) goes to a conversation or a person, Ctrl+F (Cmd+F) searches the open one,
 * Ctrl+Shift+L (Cmd+Shift+L) locks the app, over a dialog too; outside of fields, / searches
 * everywhere, E edits one's last message and ? shows the keys.
 */
export function useShortcuts(shortcuts: Shortcuts): void {
  const { page, device } = useBrowser();
  const now = useRef(shortcuts);
  now.current = shortcuts;
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented) return;
      if (isLock(event)) {
        event.preventDefault();
        now.current.onLock();
        return;
      }
      if (page.hasDialog()) return;
      if (isFind(event, device.apple)) {
        if (now.current.onFind()) event.preventDefault();
        return;
      }
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        now.current.opening("switcher")();
        return;
      }
      const writing = event.target instanceof Element && event.target.matches("input, textarea");
      if (writing || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "?") now.current.opening("shortcuts")();
      else if (event.key === "/") toSearch(now.current.search.current);
      else if (event.key === "e") now.current.onEditLast();
      else return;
      event.preventDefault();
    };
    page.events.addEventListener("keydown", onKeyDown);
    return () => page.events.removeEventListener("keydown", onKeyDown);
  }, [page, device]);
}

function isLock(event: KeyboardEvent): boolean {
  return (event.ctrlKey || event.metaKey) && event.shiftKey && event.key.toLowerCase() === "l";
}

/** On Apple's keyboards Ctrl+F moves the caret of a field; Cmd+F finds. */
function isFind(event: KeyboardEvent, apple: boolean): boolean {
  const key = event.metaKey || (event.ctrlKey && !apple);
  return key && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "f";
}
