/**
 * The service worker of a build: `worker.js` beside the page, with the list of what it keeps.
 *
 * It is one classic script, so that every browser takes it, and its bytes change with any file of
 * the build: that is how a browser finds out that there is a newer one.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const WORKER = "worker.js";
const PLACE = "__BUILD__";

/** @typedef {import("vite").Rolldown.OutputBundle} Bundle */

/**
 * @param {string} page the entry page as the source calls it, such as chat.html
 * @param {string} folder of files that are served as they are
 * @returns {import("vite").Plugin}
 */
export function worker(page, folder) {
  return {
    name: "worker",
    apply: "build",
    buildStart() {
      this.emitFile({ type: "chunk", id: "src/worker/worker.ts", fileName: WORKER });
    },
    generateBundle: {
      order: "post",
      handler(_, bundle) {
        const script = bundle[WORKER];
        if (script?.type !== "chunk") throw new Error(`${WORKER} is missing`);
        script.code = withBuild(script.code, buildOf(bundle, page, folder));
      },
    },
  };
}

/**
 * @param {string} code of the worker
 * @param {{name: string, entry: string, files: readonly string[]}} build
 * @returns {string} the code with the build in its place
 */
export function withBuild(code, build) {
  if (code.split(PLACE).length !== 2) throw new Error(`${PLACE} must stand in the worker once`);
  if (/(?:^|[;}])\s*(?:import|export)\b/.test(code)) {
    throw new Error("The worker must be one classic script: it imports or exports something.");
  }
  return code.replace(PLACE, () => JSON.stringify(build));
}

/**
 * @param {Bundle} bundle
 * @param {string} page
 * @param {string} folder
 */
function buildOf(bundle, page, folder) {
  /** @type {Map<string, string | Uint8Array>} */
  const files = new Map();
  for (const [name, file] of Object.entries(bundle)) {
    if (name === WORKER || name.startsWith(".")) continue;
    files.set(name === page ? "/" : `/${name}`, file.type === "chunk" ? file.code : file.source);
  }
  for (const name of readdirSync(folder)) files.set(`/${name}`, readFileSync(join(folder, name)));
  // The last: what comes before it, such as the runtime, is of many builds.
  const scripts = [...String(files.get("/")).matchAll(/<script type="module"[^>]* src="([^"]+)"/g)];
  const entry = scripts.at(-1)?.[1];
  if (entry === undefined) throw new Error("The build has no page.");
  const paths = [...files.keys()].sort();
  const hash = createHash("sha256");
  for (const path of paths)
    hash
      .update(path)
      .update("\0")
      .update(files.get(path) ?? "");
  return { name: hash.digest("hex").slice(0, 16), entry, files: paths };
}
