/** Puts formatting signs around what is selected, or takes them away again. */

/** What replaces [from, to) of a text, and what is selected then. */
export interface Wrapping {
  readonly from: number;
  readonly to: number;
  readonly words: string;
  readonly selected: readonly [number, number];
}

/** Spaces at the ends stay outside: signs hug their words. */
export function wrapping(text: string, start: number, end: number, sign: string): Wrapping {
  const chosen = text.slice(start, end);
  const from = start + (chosen.length - chosen.trimStart().length);
  const to = Math.max(from, end - (chosen.length - chosen.trimEnd().length));
  const words = text.slice(from, to);
  const { length } = sign;
  if (text.slice(from - length, from) === sign && text.slice(to, to + length) === sign) {
    return { from: from - length, to: to + length, words, selected: [from - length, to - length] };
  }
  return { from, to, words: sign + words + sign, selected: [from + length, to + length] };
}
