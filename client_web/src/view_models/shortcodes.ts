/** Emoji by their names between colons: `:smi` offers, `:smile:` is one. */
import { type Emoji, matching } from "./emoji";

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

/** What other chats call them. */
const USUAL: Readonly<Record<string, string>> = {
  "+1": "👍",
  "-1": "👎",
  heart: "❤️",
  kciuk: "👍",
  serce: "❤️",
  uśmiech: "😄",
  joy: "😂",
  ok: "👌",
  pray: "🙏",
  smile: "😄",
  tada: "🎉",
  thumbsdown: "👎",
  thumbsup: "👍",
  wave: "👋",
  wink: "😉",
};
const OFFERS_MOST = 8;

/** Those that are called so, the best first. */
export function coded(groups: readonly (readonly Emoji[])[], query: string): readonly Emoji[] {
  const words = query.replaceAll("_", " ").toLowerCase();
  const usual = groups.flat().filter(([emoji]) => emoji === USUAL[query.toLowerCase()]);
  const found = matching(groups, words).flat();
  const named = found.filter(([, name]) => name.toLowerCase().startsWith(words));
  return [...new Set([...usual, ...named, ...found])].slice(0, OFFERS_MOST);
}

/** The one that a closed code means: a name, not the beginning of one. */
export function meantBy(groups: readonly (readonly Emoji[])[], query: string): string | undefined {
  const words = query.replaceAll("_", " ").toLowerCase();
  const usual = USUAL[query.toLowerCase()];
  const found = coded(groups, query).find(
    ([emoji, name, others]) =>
      emoji === usual ||
      name.toLowerCase() === words ||
      others.toLowerCase().split(" ").includes(words),
  );
  return found?.[0];
}
