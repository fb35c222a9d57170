/** Ctrl+B and Ctrl+I (Cmd): bold and italic where the caret is. */
import type { KeyboardEvent } from "react";
import { wrapping } from "../../view_models/wrapping";
import type { Page } from "../browser";

const SIGNS: Readonly<Record<string, string>> = { b: "*", i: "_" };

/** Whether the key was one of them. It works at once: what is typed next stands between the signs. */
export function wrapsByKey(
  event: KeyboardEvent<HTMLTextAreaElement>,
  page: Pick<Page, "type">,
): boolean {
  const sign = SIGNS[event.key.toLowerCase()];
  const held = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
  if (!held || sign === undefined) return false;
  event.preventDefault();
  wrap(event.currentTarget, sign, page);
  return true;
}

/** Puts the signs around what is selected. The browser's own undo takes them away again. */
function wrap(field: HTMLTextAreaElement, sign: string, page: Pick<Page, "type">): void {
  const { value, selectionStart, selectionEnd } = field;
  const { from, to, words, selected } = wrapping(value, selectionStart, selectionEnd, sign);
  field.setSelectionRange(from, to);
  page.type(words);
  field.setSelectionRange(...selected);
}
