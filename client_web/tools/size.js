/**
 * Fails when what the first screen of a build loads is larger than its budget (Brotli, KiB).
 * Lists what is loaded later, too.
 */
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { brotli } from "./brotli.js";

/** Budgets in KiB. The chat promises 150 at first load; it stops here, while there is room to mend it. */
const BUDGETS = { chat: 135, console: 250 };
/** In KiB on top of the first load, by source: with it whoever comes in by a link loads 150. */
const LATER_BUDGETS = { "src/view_models/doors.ts": 15 };

const TOO_LARGE = "  TOO LARGE";

/** @typedef {{file: string, imports?: string[], css?: string[], isDynamicEntry?: boolean}} Chunk */

/**
 * Everything that index.html names, and what those chunks import without being asked.
 *
 * @param {string} folder a build, such as dist/chat
 * @returns {string[]} files below `folder`
 */
export function firstLoad(folder) {
  const page = readFileSync(`${folder}/index.html`, "utf8");
  const named = [...page.matchAll(/(?:src|href)="\/([^"]+)"/g)].map((found) => found[1] ?? "");
  const manifest = manifestOf(folder);
  const chunks = Object.values(manifest).filter((chunk) => named.includes(chunk.file));
  return [...new Set(["index.html", ...named, ...filesOf(manifest, chunks)])];
}

/**
 * What is loaded when it is first shown, the first load not counted again.
 *
 * @param {string} folder a build
 * @returns {[string, number][]} source and bytes, the largest first; two may share files
 */
export function laterLoads(folder) {
  const manifest = manifestOf(folder);
  const known = new Set(firstLoad(folder));
  return Object.entries(manifest)
    .filter(([source, chunk]) => chunk.isDynamicEntry && languageOf(source) === undefined)
    .map(([source, chunk]) => {
      const files = filesOf(manifest, [chunk]).filter((file) => !known.has(file));
      return /** @type {[string, number]} */ ([source, sum(folder, files)]);
    })
    .sort(([, a], [, b]) => b - a);
}

/**
 * One language's catalogues are loaded before anything shows: the largest are counted.
 *
 * @param {string} folder a build
 * @returns {number} bytes of its first load, each file compressed alone
 */
export function firstLoadBytes(folder) {
  /** @type {Map<string, number>} */
  const languages = new Map();
  for (const [source, { file }] of Object.entries(manifestOf(folder))) {
    const language = languageOf(source);
    if (language === undefined) continue;
    languages.set(language, (languages.get(language) ?? 0) + sum(folder, [file]));
  }
  return sum(folder, firstLoad(folder)) + Math.max(0, ...languages.values());
}

/**
 * @param {string} source
 * @returns {string | undefined} whose catalogue it is, if it is one of the first screen
 */
function languageOf(source) {
  return /^src\/locales\/(?:console\.)?([a-z]{2})\.json$/.exec(source)?.[1];
}

/**
 * @param {string} folder
 * @returns {Record<string, Chunk>}
 */
function manifestOf(folder) {
  return JSON.parse(readFileSync(`${folder}/.vite/manifest.json`, "utf8"));
}

/**
 * @param {Record<string, Chunk>} manifest
 * @param {readonly Chunk[]} chunks
 * @returns {string[]} their files, and those of what they import without being asked
 */
function filesOf(manifest, chunks) {
  const found = new Set(chunks);
  // A set grows while it is walked.
  for (const { imports = [] } of found) {
    for (const name of imports) {
      const next = manifest[name];
      if (next !== undefined) found.add(next);
    }
  }
  return [...new Set([...found].flatMap(({ file, css = [] }) => [file, ...css]))];
}

/**
 * @param {string} folder
 * @param {readonly string[]} files
 * @returns {number} bytes, each file compressed alone
 */
function sum(folder, files) {
  const sizeOf = (/** @type {string} */ file) => brotli(readFileSync(`${folder}/${file}`)).length;
  return files.reduce((bytes, file) => bytes + sizeOf(file), 0);
}

/**
 * @param {Record<string, number>} budgets in KiB, by build
 * @param {Record<string, number>} laterBudgets in KiB, by source of what is loaded later
 * @param {string} dist where the builds are
 * @returns {string[]} a line for each size
 */
export function told(budgets, laterBudgets, dist) {
  return Object.entries(budgets).flatMap(([name, budget]) => [
    line(name, firstLoadBytes(`${dist}/${name}`), budget),
    ...laterLoads(`${dist}/${name}`).map(([source, bytes]) => {
      return `  ${line(source.replace(/^src\//, ""), bytes, laterBudgets[source])}`;
    }),
  ]);
}

/**
 * @param {string} name
 * @param {number} bytes
 * @param {number | undefined} budget in KiB; undefined: none
 */
function line(name, bytes, budget) {
  const size = `${name.padEnd(36)} ${(bytes / 1024).toFixed(1).padStart(7)} KiB`;
  if (budget === undefined) return size;
  return `${size} of ${budget}${bytes / 1024 > budget ? TOO_LARGE : ""}`;
}

function main() {
  const lines = told(BUDGETS, LATER_BUDGETS, "dist");
  console.log(lines.join("\n"));
  process.exitCode = lines.some((each) => each.endsWith(TOO_LARGE)) ? 1 : 0;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) main();
