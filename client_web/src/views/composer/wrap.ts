/** Puts formatting signs into a text field. */
import { wrapping } from "../../view_models/wrapping";

/** Around [start, end), wherever one writes by now. The browser's own undo takes it back. */
export function wrap(field: HTMLTextAreaElement, sign: string, start: number, end: number): void {
  const { value, selectionStart: caret } = field;
  const { from, to, words, selected } = wrapping(value, start, end, sign);
  field.setSelectionRange(from, to);
  // As if it were typed: the field's history has it.
  if (words === "") document.execCommand("delete");
  else document.execCommand("insertText", false, words);
  const further = caret + field.value.length - value.length;
  field.setSelectionRange(...(caret > end ? ([further, further] as const) : selected));
}
