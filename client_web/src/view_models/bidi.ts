/** Names of two directions in one line: a name keeps to itself, whichever way it is written. */

const RIGHT_TO_LEFT =
  /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
const [ISOLATE, END] = ["\u2068", "\u2069"];

/** A text to put among others: where it runs right to left, it does not move what stands beside it. */
export function isolated(text: string): string {
  return RIGHT_TO_LEFT.test(text) ? `${ISOLATE}${text}${END}` : text;
}

/** Names as a list. */
export function listed(names: readonly string[]): string {
  return names.map(isolated).join(", ");
}
