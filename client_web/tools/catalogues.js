/**
 * Compiles src/locales/*.json (id -> ICU message) while building, so that no parser is shipped.
 */
import { compileMessage } from "@lingui/message-utils/compileMessage";

const CATALOGUE = /\/src\/locales\/(console\.)?[a-z]{2}\.json$/;

/**
 * `import("./locales/pl.json")` yields compiled messages as default.
 *
 * @returns {import("vite").Plugin}
 */
export function catalogues() {
  return {
    name: "compiled-catalogues",
    enforce: "pre",
    transform: {
      filter: { id: CATALOGUE },
      /** @param {string} source */
      handler(source) {
        return {
          code: `export default JSON.parse(${JSON.stringify(JSON.stringify(compiled(source)))});`,
          moduleType: "js",
          map: null,
        };
      },
    },
  };
}

/**
 * @param {string} source JSON of id -> ICU message
 * @returns {Record<string, unknown>} id -> what Lingui renders without a parser
 */
export function compiled(source) {
  /** @type {Record<string, string>} */
  const messages = JSON.parse(source);
  return Object.fromEntries(
    Object.entries(messages).map(([id, message]) => [id, compileMessage(message)]),
  );
}
