/**
 * Fails when what the first screen of a build loads is larger than its budget (Brotli), or what
 * whoever comes by a link loads. Lists what is loaded later, too.
 */
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { brotli } from "./brotli.js";

/** Budgets in KiB. The chat stops here, so that there is room for the ways in. */
const BUDGETS = { chat: 137.5, console: 250 };
/** What the chat promises: whoever comes by a link loads 150 KB at most before they see it. */
const PROMISE = 150_000;
/** The ways in, and their part of a catalogue: what is on top of the first load then. */
const WAYS_IN = ["src/views/door.tsx", "src/view_models/doors.ts"];
const SAID_THERE = "?doors";

const TOO_LARGE = "  TOO LARGE";

/** @type {Map<string, number>} compressed sizes by content */
const SIZES = new Map();

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
 * What is loaded before the screen of a link shows: the first load, and the ways in with their texts.
 *
 * @param {string} folder a build of the chat
 * @returns {number} bytes, each file compressed alone, in the language of which there are most
 */
export function linkLoadBytes(folder) {
  const manifest = manifestOf(folder);
  const ways = WAYS_IN.map((source) => manifest[source]);
  if (ways.includes(undefined)) throw new Error(`There are no ways in: ${WAYS_IN}`);
  const chunks = ways.flatMap((chunk) => chunk ?? []);
  const files = [...new Set([...firstLoad(folder), ...filesOf(manifest, chunks)])];
  const texts = Object.entries(manifest)
    .filter(([source]) => languageOf(source) !== undefined)
    .map(([source, { file }]) => {
      const more = manifest[source + SAID_THERE];
      if (more === undefined) throw new Error(`There are no texts of the ways in: ${source}`);
      return sum(folder, [file, more.file]);
    });
  return sum(folder, files) + Math.max(0, ...texts);
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
  return files.reduce((bytes, file) => bytes + sizeOf(`${folder}/${file}`), 0);
}

/**
 * @param {string} path
 * @returns {number} bytes when compressed, which is done once: a file is in several sums
 */
function sizeOf(path) {
  const plain = readFileSync(path);
  const content = plain.toString("latin1");
  const size = SIZES.get(content) ?? brotli(plain).length;
  SIZES.set(content, size);
  return size;
}

/**
 * @param {Record<string, number>} budgets in KiB, by build
 * @param {string} dist where the builds are
 * @returns {string[]} a line for each size
 */
export function told(budgets, dist) {
  return Object.entries(budgets).flatMap(([name, budget]) => [
    line(name, firstLoadBytes(`${dist}/${name}`), budget),
    ...laterLoads(`${dist}/${name}`).map(([source, bytes]) => {
      return `  ${line(source.replace(/^src\//, ""), bytes)}`;
    }),
  ]);
}

/**
 * @param {string} folder a build of the chat
 * @param {number} promise in bytes
 * @returns {string} a line for what whoever comes by a link loads
 */
export function toldOfLinks(folder, promise) {
  return line("chat, by a link", linkLoadBytes(folder), promise / 1024);
}

/**
 * @param {string} name
 * @param {number} bytes
 * @param {number} [budget] in KiB
 */
function line(name, bytes, budget) {
  const size = `${name.padEnd(36)} ${(bytes / 1024).toFixed(1).padStart(7)} KiB`;
  if (budget === undefined) return size;
  return `${size} of ${+budget.toFixed(1)}${bytes / 1024 > budget ? TOO_LARGE : ""}`;
}

function main() {
  const lines = [toldOfLinks("dist/chat", PROMISE), ...told(BUDGETS, "dist")];
  console.log(lines.join("\n"));
  process.exitCode = lines.some((each) => each.endsWith(TOO_LARGE)) ? 1 : 0;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) main();
