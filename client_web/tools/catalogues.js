/**
 * Compiles src/locales/*.json (id -> ICU message) while building, so that no parser is shipped.
 */
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { compileMessage } from "@lingui/message-utils/compileMessage";

const CATALOGUE = /\/src\/locales\/(?:console\.)?[a-z]{2}\.json(?:\?(doors|later))?$/;
const EVENTS = fileURLToPath(new URL("../src/locales/events.gen.json", import.meta.url));

/**
 * `import("./locales/pl.json")` yields compiled messages as default, with what events say.
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
        this.addWatchFile(EVENTS);
        const name = CATALOGUE.exec(id)?.[1] ?? "first";
        const all = { ...JSON.parse(source), ...eventTexts(basename(id)) };
        const messages = part(compiled(all), name, partOf);
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
 * What events say, in the language of a catalogue: in the console's own its rows of transcripts, in
 * the chat's all else.
 *
 * @param {string} catalogue such as console.pl.json
 * @returns {Record<string, string>} id -> ICU message
 */
export function eventTexts(catalogue) {
  const [, forConsole, language] = /^(console\.)?([a-z]{2})\.json/.exec(catalogue) ?? [];
  /** @type {Record<string, Record<string, string>>} */
  const events = JSON.parse(readFileSync(EVENTS, "utf8"));
  return Object.fromEntries(
    Object.entries(events)
      .filter(([id]) => id.startsWith("console.") === (forConsole !== undefined))
      .map(([id, said]) => [id, said[language ?? ""] ?? ""]),
  );
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
 * @param {Record<string, string>} messages id -> ICU message
 * @returns {Record<string, unknown>} id -> what Lingui renders without a parser
 */
export function compiled(messages) {
  return Object.fromEntries(
    Object.entries(messages).map(([id, message]) => [id, compileMessage(message)]),
  );
}
