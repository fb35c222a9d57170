/** Ctrl+B and Ctrl+I (Cmd): bold and italic where the caret is. */
import type { KeyboardEvent } from "react";
import { wrapping } from "../../view_models/wrapping";

const SIGNS: Readonly<Record<string, string>> = { b: "*", i: "_" };

/** Whether the key was one of them. It works at once: what is typed next stands between the signs. */
export function wrapsByKey(event: KeyboardEvent<HTMLTextAreaElement>): boolean {
  const sign = SIGNS[event.key.toLowerCase()];
  const held = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
  if (!held || sign === undefined) return false;
  event.preventDefault();
  wrap(event.currentTarget, sign);
  return true;
}

/** Puts the signs around what is selected. The browser's own undo takes them away again. */
function wrap(field: HTMLTextAreaElement, sign: string): void {
  const { value, selectionStart, selectionEnd } = field;
  const { from, to, words, selected } = wrapping(value, selectionStart, selectionEnd, sign);
  field.setSelectionRange(from, to);
  // As if it were typed: the field's history has it.
  if (words === "") document.execCommand("delete");
  else document.execCommand("insertText", false, words);
  field.setSelectionRange(...selected);
}
