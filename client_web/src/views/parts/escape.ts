/** Escape leaves a form that stands inside something else, which stays open. */
import type { KeyboardEvent } from "react";

export function onEscape(leave: () => void): (event: KeyboardEvent) => void {
  return (event) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    event.preventDefault();
    leave();
  };
}
