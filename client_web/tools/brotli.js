/**
 * Brotli of a build's texts, beside them as NAME.br: made once, where it may take its time. The
 * server sends it to browsers that take it, about an eighth less than gzip.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";

const TEXTS = new Set([".css", ".html", ".js", ".json", ".svg", ".webmanifest"]);

/**
 * @param {Uint8Array} plain
 * @returns {Uint8Array}
 */
export function brotli(plain) {
  const params = { [constants.BROTLI_PARAM_SIZE_HINT]: plain.length };
  return brotliCompressSync(plain, { params });
}

/**
 * The last plugin of a build: it reads what the others have written.
 *
 * @param {string} folder of the build
 * @returns {import("vite").Plugin}
 */
export function brotliBeside(folder) {
  return {
    name: "brotli-beside",
    apply: "build",
    closeBundle: { order: "post", sequential: true, handler: () => compress(folder) },
  };
}

/** @param {string} folder */
function compress(folder) {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const hidden = path.slice(folder.length).includes("/.");
    if (!entry.isFile() || hidden || !TEXTS.has(extname(path))) continue;
    const plain = readFileSync(path);
    const small = brotli(plain);
    if (small.length < plain.length) writeFileSync(`${path}.br`, small);
  }
}
