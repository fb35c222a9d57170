/**
 * Compiles src/locales/*.json (id -> ICU message) while building, so that no parser is shipped.
 */
import { compileMessage } from "@lingui/message-utils/compileMessage";

const CATALOGUE = /\/src\/locales\/(?:console\.)?[a-z]{2}\.json(?:\?(doors|later))?$/;

/**
 * `import("./locales/pl.json")` yields compiled messages as default.
 *
 * With `partOf`, those of the part "first", and `import("./locales/pl.json?later")` yields those of
 * the part "later"; without it all are first.
 *
 * @param {(id: string) => string} [partOf]
 * @returns {import("vite").Plugin}
 */
export function catalogues(partOf) {
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
        const name = CATALOGUE.exec(id)?.[1] ?? "first";
        const messages = part(compiled(source), name, partOf);
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
 * @param {string} name
 * @param {(id: string) => string} [partOf]
 * @returns {Record<string, unknown>}
 */
export function part(messages, name, partOf = () => "first") {
  return Object.fromEntries(Object.entries(messages).filter(([id]) => partOf(id) === name));
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
