/** Ctrl+B and Ctrl+I (Cmd): bold and italic where the caret is. */
import type { KeyboardEvent } from "react";
import { loadLog } from "../load_extras";

const SIGNS: Readonly<Record<string, string>> = { b: "*", i: "_" };

/** Whether the key was one of them. What puts the signs there comes with the log. */
export function wrapsByKey(event: KeyboardEvent<HTMLTextAreaElement>): boolean {
  const sign = SIGNS[event.key.toLowerCase()];
  const held = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
  if (!held || sign === undefined) return false;
  event.preventDefault();
  const field = event.currentTarget;
  const { selectionStart, selectionEnd } = field;
  loadLog().then(
    ({ wrap }) => wrap(field, sign, selectionStart, selectionEnd),
    () => {},
  );
  return true;
}
