/** The keys that work anywhere. */
import { type RefObject, useEffect, useRef } from "react";

interface Shortcuts {
  search: RefObject<HTMLInputElement | null>;
  onHelp(): void;
  onEditLast(): void;
}

/** Ctrl+K (Cmd+K) finds; outside of fields, E edits one's last message and ? shows the keys. */
export function useShortcuts(shortcuts: Shortcuts): void {
  const now = useRef(shortcuts);
  now.current = shortcuts;
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || document.querySelector("dialog[open]") !== null) return;
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
