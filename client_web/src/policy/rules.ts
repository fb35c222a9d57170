/** Reads a file of policy rules as the server reads it (server/onrecord/features/policies/rules.py). */

/** What Python takes for white space but a line's end; ECMAScript lacks the first five of it. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: Python counts them as space
const SPACE = /(?:[\u001c-\u001f\u0085]|[^\S\n])+/gu;
const INVISIBLE = /\u00ad|[\u200b-\u200f]|\u2060|\ufeff/gu;
const DIGIT = /[0-9]/gu;

export interface RulesFile {
  readonly words: string;
  readonly hints: readonly string[];
  readonly parts: object;
  readonly rules: readonly (readonly string[])[];
}

/**
 * Returns what finds the kinds of signs in a text, in the order of the rules; none: empty.
 *
 * `enoughDigits`: a text with so many is looked at without a hint too.
 */
export function finder(
  source: RulesFile,
  enoughDigits = Number.POSITIVE_INFINITY,
): (text: string) => readonly string[] {
  const rules = source.rules.map(([kind = "", pattern = ""]) => ({
    kind,
    sign: compiled(source, pattern),
  }));
  return (text) => {
    const plain = plainOf(text);
    const fewDigits = (plain.match(DIGIT)?.length ?? 0) < enoughDigits;
    if (fewDigits && !source.hints.some((hint) => plain.includes(hint))) return [];
    return [...new Set(rules.flatMap(({ kind, sign }) => (sign.test(plain) ? [kind] : [])))];
  };
}

/** One spelling: NFKC, lower case, straight quotes, single spaces, nothing invisible. */
function plainOf(text: string): string {
  const plain = text.normalize("NFKC").replaceAll(INVISIBLE, "").toLowerCase();
  return plain.replaceAll(/[’`]/gu, "'").replaceAll(SPACE, " ");
}

/** {name} is a part; {<} and {>} stand at the beginning and the end of a word. */
function compiled({ words, parts: named }: RulesFile, pattern: string): RegExp {
  const ends = { "<": `(?<![${words}])`, ">": `(?![${words}])` };
  const parts = new Map<string, string>(Object.entries({ ...ends, ...named }));
  const filled = (text: string) =>
    text.replaceAll(/\{([\p{L}_]+|[<>])\}/gu, (whole, name) => parts.get(name) ?? whole);
  for (const [name, part] of Object.entries(named)) parts.set(name, filled(part));
  return new RegExp(filled(pattern), "u");
}
