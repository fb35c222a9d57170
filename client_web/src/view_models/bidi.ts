/** Names and texts of two directions in one line: each keeps to itself, whichever way it is written. */

const RIGHT_TO_LEFT =
  /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
const [ISOLATE, END] = ["\u2068", "\u2069"];
/** What opens or closes a direction: embeddings, overrides, isolates. */
const OPENS = /[\u202a-\u202e\u2066-\u2069]/g;

/** A text to put among others: it does not turn the order of what stands beside it. */
export function isolated(text: string): string {
  const kept = contained(text);
  return RIGHT_TO_LEFT.test(kept) ? `${ISOLATE}${kept}${END}` : kept;
}

/** Names as a list. */
export function listed(names: readonly string[]): string {
  return names.map(isolated).join(", ");
}

/**
 * A text whose own isolates are closed in it. Overrides and embeddings are left out, and so is an end
 * of what did not begin in it: a browser takes that for the end of the element it stands in.
 */
export function contained(text: string): string {
  if (text.search(OPENS) < 0) return text;
  const open: number[] = [];
  const pairs = new Set<number>();
  for (const { 0: sign, index } of text.matchAll(OPENS)) {
    if (sign < "\u2066") continue;
    if (sign < END) open.push(index);
    else {
      const begins = open.pop();
      if (begins !== undefined) pairs.add(begins).add(index);
    }
  }
  return text.replace(OPENS, (sign, index: number) => (pairs.has(index) ? sign : ""));
}
