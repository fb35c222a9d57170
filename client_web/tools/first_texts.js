/**
 * Which texts the first screen says: those that its sources name, the ones they import included.
 */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

const IMPORT = /^(?:import|export) (?!type )[^;]*?from "(\.[^"]+)";/gms;
/** Whole ids, and the beginnings of ids that end in a value. */
const WHOLE = /"([a-z_]+(?:\.[a-z_]+)*)"/g;
const BEGUN = /`([a-z_]+(?:\.[a-z_]+)*\.)\$\{/g;
/** Why something was refused: nobody has been refused anything yet. */
const LATER = "trouble.";

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
 * @param {readonly string[]} roots source files of the first screen
 * @returns {(id: string) => boolean} whether a text is one of them
 */
export function firstTexts(roots) {
  const text = [...sourcesOf(roots)].map((file) => readFileSync(file, "utf8")).join("\n");
  const whole = new Set([...text.matchAll(WHOLE)].map((match) => match[1]));
  const begun = [...new Set([...text.matchAll(BEGUN)].map((match) => match[1] ?? ""))];
  return (id) =>
    !id.startsWith(LATER) && (whole.has(id) || begun.some((start) => id.startsWith(start)));
}
