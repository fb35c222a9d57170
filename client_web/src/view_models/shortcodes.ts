/** Emoji by their names between colons: `:smi` offers, `:smile:` is one. */
import { type Emoji, type Groups, isCalled, matching } from "./emoji";

export interface TypedCode {
  /** Where the colon stands, in UTF-16 units. */
  readonly at: number;
  readonly query: string;
  /** With a second colon: it is meant. */
  readonly closed: boolean;
}

const LONGEST = 40;
const CODE = /(?:^|[\s(["'])(:([\p{L}+-][\p{L}\p{N}_+-]+)(:?))$/u;

/** What is typed before the caret; undefined: no name of an emoji. A time or an address is none. */
export function codeBefore(text: string, caret: number): TypedCode | undefined {
  const from = Math.max(0, caret - LONGEST);
  // What is cut off stands for a letter: no name begins there.
  const before = (from > 0 ? "x" : "") + text.slice(from, caret);
  const [, code, query, end] = CODE.exec(before) ?? [];
  if (code === undefined || query === undefined) return undefined;
  return { at: caret - code.length, query, closed: end === ":" };
}

/** Whether it is still what stands before the caret: an input may replace a text as a whole. */
export function stands(
  typed: TypedCode | undefined,
  text: string,
  from: number,
  to: number,
): boolean {
  const now = from === to ? codeBefore(text, to) : undefined;
  if (now === undefined || typed === undefined) return false;
  return now.at === typed.at && now.query === typed.query && now.closed === typed.closed;
}

const OFFERS_MOST = 8;

/** Those that are called so, the best first. */
export function coded(groups: Groups, query: string): readonly Emoji[] {
  return matching(groups, wordsOf(query)).slice(0, OFFERS_MOST);
}

/** The one that a closed code means: a name, not the beginning of one. */
export function meantBy(groups: Groups, query: string): string | undefined {
  const words = wordsOf(query);
  const found = coded(groups, query).find(
    (emoji) => isCalled(emoji, words) || emoji[2].toLowerCase().split(" ").includes(words),
  );
  return found?.[0];
}

function wordsOf(query: string): string {
  return query.replaceAll("_", " ").toLowerCase();
}
