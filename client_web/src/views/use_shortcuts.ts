/** The keys that work anywhere. */
import { type RefObject, useEffect, useRef } from "react";

interface Shortcuts {
  search: RefObject<HTMLInputElement | null>;
  /** Whether something can be searched here, and is. */
  onFind(): boolean;
  onHelp(): void;
  onEditLast(): void;
}

/** On these, Ctrl+F moves the caret of a field; Cmd+F finds. */
const APPLE = /Mac|iP/;

/**
 * Ctrl+K (Cmd+K) searches everywhere, Ctrl+F (Cmd+F) in the open conversation; outside of fields, E
 * edits one's last message and ? shows the keys.
 */
export function useShortcuts(shortcuts: Shortcuts): void {
  const now = useRef(shortcuts);
  now.current = shortcuts;
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || document.querySelector("dialog[open]") !== null) return;
      if (isFind(event)) {
        if (now.current.onFind()) event.preventDefault();
        return;
      }
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        now.current.search.current?.focus();
        now.current.search.current?.select();
        return;
      }
      const writing = event.target instanceof Element && event.target.matches("input, textarea");
      if (writing || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "?") now.current.onHelp();
      else if (event.key === "e") now.current.onEditLast();
      else return;
      event.preventDefault();
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, []);
}

function isFind(event: KeyboardEvent): boolean {
  const key = event.metaKey || (event.ctrlKey && !APPLE.test(navigator.platform));
  return key && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "f";
}
