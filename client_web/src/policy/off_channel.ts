/**
 * Signs of going on where nothing is recorded: the server's rules, read as the server reads them.
 *
 * A hint, never a verdict. server/onrecord/policy/off_channel.py says what the rules mean; what it
 * finds in tests/policy_vectors.json is found here.
 */
import source from "./off_channel.gen.json";

/** What Python takes for white space but a line's end; ECMAScript lacks the first five of it. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: Python counts them as space
const SPACE = /(?:[\u001c-\u001f\u0085]|[^\S\n])+/gu;
const INVISIBLE = /\u00ad|[\u200b-\u200f]|\u2060|\ufeff/gu;
const DIGIT = /[0-9]/gu;
/** A text with fewer has no telephone number in it. */
const ENOUGH_DIGITS = 7;

const rules = source.rules.map(([kind = "", pattern = ""]) => ({ kind, sign: compiled(pattern) }));

/** The kinds of signs in a text, in the order of the rules; none: empty. */
export function offChannel(text: string): readonly string[] {
  const plain = plainOf(text);
  const fewDigits = (plain.match(DIGIT)?.length ?? 0) < ENOUGH_DIGITS;
  if (fewDigits && !source.hints.some((hint) => plain.includes(hint))) return [];
  return [...new Set(rules.flatMap(({ kind, sign }) => (sign.test(plain) ? [kind] : [])))];
}

/** One spelling: NFKC, lower case, straight quotes, single spaces, nothing invisible. */
function plainOf(text: string): string {
  const plain = text.normalize("NFKC").replaceAll(INVISIBLE, "").toLowerCase();
  return plain.replaceAll(/[’`]/gu, "'").replaceAll(SPACE, " ");
}

/** {name} is a part; {<} and {>} stand at the beginning and the end of a word. */
function compiled(pattern: string): RegExp {
  const { words } = source;
  const ends = { "<": `(?<![${words}])`, ">": `(?![${words}])` };
  const parts = new Map(Object.entries({ ...ends, ...source.parts }));
  return new RegExp(
    pattern.replaceAll(/\{([\p{L}_]+|[<>])\}/gu, (whole, name) => parts.get(name) ?? whole),
    "u",
  );
}
