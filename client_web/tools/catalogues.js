/**
 * Compiles src/locales/*.json (id -> ICU message) while building, so that no parser is shipped.
 */
import { compileMessage } from "@lingui/message-utils/compileMessage";

const CATALOGUE = /\/src\/locales\/[a-z]{2}\.json$/;

/**
 * `import("./locales/pl.json")` yields compiled messages as default.
 *
 * @param {string} [without] ids that begin so are not shipped: they are another build's
 * @returns {import("vite").Plugin}
 */
export function catalogues(without) {
  return {
    name: "compiled-catalogues",
    enforce: "pre",
    transform: {
      filter: { id: CATALOGUE },
      /** @param {string} source */
      handler(source) {
        return {
          code: `export default JSON.parse(${JSON.stringify(JSON.stringify(compiled(source, without)))});`,
          moduleType: "js",
          map: null,
        };
      },
    },
  };
}

/**
 * @param {string} source JSON of id -> ICU message
 * @param {string} [without] ids that begin so are left out
 * @returns {Record<string, unknown>} id -> what Lingui renders without a parser
 */
export function compiled(source, without) {
  /** @type {Record<string, string>} */
  const messages = JSON.parse(source);
  return Object.fromEntries(
    Object.entries(messages)
      .filter(([id]) => without === undefined || !id.startsWith(without))
      .map(([id, message]) => [id, compileMessage(message)]),
  );
}
