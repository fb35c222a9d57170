/** A text as evidence: nothing in it acts, and nothing of it is unseen. The rule is the archive's. */
import rule from "./unseen.gen.json";

const UNSEEN = found();

/** A part of a text that was written, or the number of an unseen character there. */
export interface Part {
  readonly at: number;
  readonly text: string;
  readonly sign: boolean;
}

/** A text in its parts. */
export function visibleParts(text: string): readonly Part[] {
  const parts: Part[] = [];
  let at = 0;
  for (const { index, sign } of signsIn(text)) {
    if (index > at) parts.push({ at, text: text.slice(at, index), sign: false });
    parts.push({ at: index, text: `\u27e8${numberOf(sign)}\u27e9`, sign: true });
    at = index + sign.length;
  }
  return at < text.length ? [...parts, { at, text: text.slice(at), sign: false }] : parts;
}

/** Whether there is something unseen in it. */
export function hides(text: string): boolean {
  return signsIn(text).length > 0;
}

function signsIn(text: string) {
  return [...text.matchAll(UNSEEN)].flatMap(({ 1: sign, index }) =>
    sign === undefined ? [] : [{ index, sign }],
  );
}

function numberOf(sign: string): string {
  return `U+${(sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}

/** Each unseen character is its group 1; what is spelled with one has no group. */
function found(): RegExp {
  const emoji = `[${among(rule.emoji)}][\\ufe0e\\ufe0f]?[\\u{1f3fb}-\\u{1f3ff}]?`;
  const letter = `[${among(rule.letters)}]`;
  const tags = rule.flags.map((flag) =>
    [...flag].map((sign) => code(0xe0000 + (sign.codePointAt(0) ?? 0))).join(""),
  );
  return new RegExp(
    [
      `\\u{1f3f4}(?:${tags.join("|")})\\u{e007f}`,
      `${emoji}(?:\\u200d${emoji})*`,
      `${letter}(?:[\\u200c\\u200d](?=${letter}))?`,
      `([${among(rule.unseen)}])`,
    ].join("|"),
    "gu",
  );
}

function among(ranges: readonly (readonly number[])[]): string {
  return ranges.map(([first = 0, last = 0]) => `${code(first)}-${code(last)}`).join("");
}

function code(point: number): string {
  return `\\u{${point.toString(16)}}`;
}
