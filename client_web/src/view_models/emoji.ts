/** Finding an emoji by its name, or by what else it is called. */

/** The emoji itself, its name, and other words for it, spaces between them. */
export type Emoji = readonly [emoji: string, name: string, words: string];

export type Groups = readonly (readonly Emoji[])[];

/** What other chats call them, as `plain` has it. */
const USUAL: Readonly<Record<string, string>> = {
  "+1": "👍",
  "-1": "👎",
  check: "✅",
  heart: "❤️",
  kciuk: "👍",
  serce: "❤️",
  usmiech: "😄",
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

/** Without marks and case: "Żółw" is found by "zolw". */
function plain(text: string): string {
  return text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "").replaceAll("ł", "l");
}

interface Folded {
  readonly name: string;
  /** Of its name and the others, a space around each. */
  readonly words: string;
}

const known = new WeakMap<Emoji, Folded>();

function folded(emoji: Emoji): Folded {
  const before = known.get(emoji);
  if (before !== undefined) return before;
  const [name, words] = [plain(emoji[1]), ` ${plain(`${emoji[1]} ${emoji[2]}`)} `];
  known.set(emoji, { name, words });
  return { name, words };
}

/** Whether other chats, or its own name, call it so. */
export function isCalled(emoji: Emoji, query: string): boolean {
  const asked = plain(query);
  return USUAL[asked] === emoji[0] || folded(emoji).name === asked;
}

/** The smaller, the more likely it is meant. */
function distance(emoji: Emoji, asked: string): number {
  const { name, words } = folded(emoji);
  if (USUAL[asked] === emoji[0]) return 0;
  if (name === asked) return 1;
  if (name.startsWith(`${asked} `)) return 2;
  if (` ${name} `.includes(` ${asked} `)) return 3;
  if (name.startsWith(asked)) return 4;
  return words.includes(` ${asked} `) ? 5 : 6;
}

/**
 * Those of which each word of the query begins a word, and the one that other chats call so. Of an
 * empty query all, in their order; else those first that are called so, then those that begin so.
 */
export function matching(groups: Groups, query: string): readonly Emoji[] {
  const parts = plain(query)
    .split(/\s+/)
    .filter((part) => part !== "");
  const all = groups.flat();
  if (parts.length === 0) return all;
  const asked = parts.join(" ");
  return all
    .filter((emoji) => {
      const { words } = folded(emoji);
      return USUAL[asked] === emoji[0] || parts.every((part) => words.includes(` ${part}`));
    })
    .map((emoji) => ({ emoji, distance: distance(emoji, asked) }))
    .sort((a, b) => a.distance - b.distance)
    .map(({ emoji }) => emoji);
}
