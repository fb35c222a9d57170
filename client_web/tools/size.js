/**
 * Fails when what the first screen of a build loads is larger than its budget (gzip -9, KiB).
 */
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";

/** Budgets in KiB; the chat's is a promise (150 KB compressed at first load). */
const BUDGETS = { chat: 150, console: 250 };

/**
 * Everything that index.html names, and what those chunks import without being asked.
 *
 * @param {string} folder a build, such as dist/chat
 * @returns {string[]} files below `folder`
 */
export function firstLoad(folder) {
  const page = readFileSync(`${folder}/index.html`, "utf8");
  const named = [...page.matchAll(/(?:src|href)="\/([^"]+)"/g)].map((found) => found[1] ?? "");
  /** @type {Record<string, {file: string, imports?: string[], css?: string[]}>} */
  const manifest = JSON.parse(readFileSync(`${folder}/.vite/manifest.json`, "utf8"));
  const files = new Set(["index.html", ...named]);
  const waiting = Object.values(manifest).filter((chunk) => files.has(chunk.file));
  for (let chunk = waiting.pop(); chunk !== undefined; chunk = waiting.pop()) {
    files.add(chunk.file);
    for (const sheet of chunk.css ?? []) files.add(sheet);
    for (const name of chunk.imports ?? []) {
      const next = manifest[name];
      if (next !== undefined && !files.has(next.file)) waiting.push(next);
    }
  }
  return [...files];
}

/**
 * One language's catalogues are loaded before anything shows: the largest are counted.
 *
 * @param {string} folder a build
 * @returns {number} bytes of its first load, each file compressed alone
 */
export function firstLoadBytes(folder) {
  /** @param {string} file */
  const sizeOf = (file) => gzipSync(readFileSync(`${folder}/${file}`), { level: 9 }).length;
  /** @type {Record<string, {file: string}>} */
  const manifest = JSON.parse(readFileSync(`${folder}/.vite/manifest.json`, "utf8"));
  /** @type {Map<string, number>} */
  const languages = new Map();
  for (const [source, { file }] of Object.entries(manifest)) {
    const language = /^src\/locales\/(?:console\.)?([a-z]{2})\.json$/.exec(source)?.[1];
    if (language === undefined) continue;
    languages.set(language, (languages.get(language) ?? 0) + sizeOf(file));
  }
  const always = firstLoad(folder).reduce((sum, file) => sum + sizeOf(file), 0);
  return always + Math.max(0, ...languages.values());
}

function main() {
  let failed = false;
  for (const [name, budget] of Object.entries(BUDGETS)) {
    const size = firstLoadBytes(`dist/${name}`) / 1024;
    const over = size > budget;
    failed ||= over;
    console.log(
      `${name.padEnd(8)} ${size.toFixed(1).padStart(7)} KiB of ${budget}${over ? "  TOO LARGE" : ""}`,
    );
  }
  process.exitCode = failed ? 1 : 0;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) main();
