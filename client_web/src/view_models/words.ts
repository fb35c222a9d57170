/**
 * Finding names while somebody types: every word begins a word of the name, without accents. A query
 * without words finds the names that have its signs.
 */

// Letters with a stroke have no decomposition.
const STROKES: Readonly<Record<string, string>> = { ł: "l", ø: "o", đ: "d", ß: "ss", æ: "ae" };

/** Without case, accents and strokes. */
export function folded(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[łøđßæ]/g, (letter) => STROKES[letter] ?? letter);
}

export function matches(query: string, names: readonly string[]): boolean {
  const wanted = wordsOf(query);
  // Signs alone, such as an emoji, are looked for as they are.
  if (wanted.length === 0) {
    const signs = folded(query.trim());
    return signs === "" || names.some((name) => folded(name).includes(signs));
  }
  const words = names.flatMap(wordsOf);
  return wanted.every((word) => words.some((each) => each.startsWith(word)));
}

/** How near a name is to what was typed: 0 the whole name, 1 its beginning, 2 words inside it. */
export function fitOf(query: string, name: string): 0 | 1 | 2 | undefined {
  if (!matches(query, [name])) return undefined;
  const [wanted, whole] = [wordsOf(query).join(" "), wordsOf(name).join(" ")];
  if (wanted === whole) return 0;
  return whole.startsWith(wanted) ? 1 : 2;
}

function wordsOf(text: string): readonly string[] {
  return folded(text)
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "");
}
