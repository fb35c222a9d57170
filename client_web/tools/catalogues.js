/**
 * Compiles src/locales/*.json (id -> ICU message) while building, so that no parser is shipped.
 */
import { compileMessage } from "@lingui/message-utils/compileMessage";

const CATALOGUE = /\/src\/locales\/(console\.)?[a-z]{2}\.json(\?later)?$/;

/**
 * `import("./locales/pl.json")` yields compiled messages as default.
 *
 * With `isFirst`, those of the first screen, and `import("./locales/pl.json?later")` yields the rest;
 * without it there is no rest.
 *
 * @param {(id: string) => boolean} [isFirst]
 * @returns {import("vite").Plugin}
 */
export function catalogues(isFirst) {
  return {
    name: "compiled-catalogues",
    enforce: "pre",
    transform: {
      filter: { id: CATALOGUE },
      /**
       * @param {string} source
       * @param {string} id
       */
      handler(source, id) {
        const messages = part(compiled(source), id.endsWith("?later"), isFirst);
        return {
          code: `export default JSON.parse(${JSON.stringify(JSON.stringify(messages))});`,
          moduleType: "js",
          map: null,
        };
      },
    },
  };
}

/**
 * @param {Record<string, unknown>} messages
 * @param {boolean} later
 * @param {(id: string) => boolean} [isFirst]
 * @returns {Record<string, unknown>}
 */
export function part(messages, later, isFirst = () => true) {
  return Object.fromEntries(Object.entries(messages).filter(([id]) => isFirst(id) !== later));
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
