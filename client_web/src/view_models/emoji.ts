/** Finding an emoji by its name, or by what else it is called. */

/** The emoji itself, its name, and other words for it, spaces between them. */
export type Emoji = readonly [emoji: string, name: string, words: string];

/** Without marks and case: "Żółw" is found by "zolw". */
function plain(text: string): string {
  return text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "").replaceAll("ł", "l");
}

const folded = new WeakMap<Emoji, string>();

function wordsOf(emoji: Emoji): string {
  let known = folded.get(emoji);
  if (known === undefined) {
    known = ` ${plain(`${emoji[1]} ${emoji[2]}`)}`;
    folded.set(emoji, known);
  }
  return known;
}

/** Those of which each word of the query begins a word; all of them for an empty one. */
export function matching(
  groups: readonly (readonly Emoji[])[],
  query: string,
): readonly (readonly Emoji[])[] {
  const parts = plain(query)
    .split(/\s+/)
    .filter((part) => part !== "");
  if (parts.length === 0) return groups;
  return groups.map((group) =>
    group.filter((emoji) => parts.every((part) => wordsOf(emoji).includes(` ${part}`))),
  );
}
