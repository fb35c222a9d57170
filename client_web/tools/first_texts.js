/**
 * Which texts the first screen says, and which the ways in: those that their sources name, the ones
 * they import included.
 */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

const IMPORT = /^(?:import|export) (?!type )[^;]*?from "(\.[^"]+)";/gms;
/** Whole ids, and the beginnings of ids that end in a value. */
const WHOLE = /"([a-z_]+(?:\.[a-z_]+)*)"/g;
const BEGUN = /`([a-z_]+(?:\.[a-z_]+)*\.)\$\{/g;
/** Why something was refused: nobody has been refused anything yet. */
const LATER = "trouble.";
/** What is said of it when the rest of the texts cannot be fetched either. */
const AT_ONCE = new Set(["trouble.offline", "trouble.unknown"]);

/**
 * @param {readonly string[]} roots source files
 * @returns {Set<string>} them, and all that they import without waiting
 */
export function sourcesOf(roots) {
  const found = new Set(roots);
  // A set grows while it is walked.
  for (const file of found) {
    for (const [, path] of readFileSync(file, "utf8").matchAll(IMPORT)) {
      const place = join(dirname(file), path ?? "");
      const source = [".ts", ".tsx"]
        .map((ending) => place + ending)
        .find((name) => existsSync(name));
      if (source !== undefined) found.add(source);
    }
  }
  return found;
}

/**
 * @param {readonly string[]} first source files of the first screen
 * @param {readonly string[]} doors those of the ways in
 * @returns {(id: string) => "first" | "doors" | "later"} the part that a text is in
 */
export function textParts(first, doors) {
  const [isFirst, isDoors] = [saidBy(first), saidBy(doors)];
  return (id) => {
    if (id.startsWith(LATER)) return AT_ONCE.has(id) ? "doors" : "later";
    if (isFirst(id)) return "first";
    return isDoors(id) ? "doors" : "later";
  };
}

/**
 * @param {readonly string[]} roots source files
 * @returns {(id: string) => boolean} whether they, or what they import, name a text
 */
function saidBy(roots) {
  const text = [...sourcesOf(roots)].map((file) => readFileSync(file, "utf8")).join("\n");
  const whole = new Set([...text.matchAll(WHOLE)].map((match) => match[1]));
  const begun = [...new Set([...text.matchAll(BEGUN)].map((match) => match[1] ?? ""))];
  return (id) => whole.has(id) || begun.some((start) => id.startsWith(start));
}
