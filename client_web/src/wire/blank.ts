import { recordable } from "./utf8";

/** Anything that can be seen; the server draws the line in the same place (core/domain/texts.py). */
const SEEN = /[^\p{White_Space}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** Whether nothing of a text can be seen: the server refuses it (`text_empty`). */
export function isBlank(text: string): boolean {
  return !SEEN.test(text);
}

/** What of a text goes on the record: without space around it; empty if nothing could be seen. */
export function sayable(text: string): string {
  return isBlank(text) ? "" : recordable(text).trim();
}
