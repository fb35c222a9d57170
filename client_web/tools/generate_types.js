/**
 * Writes src/wire/types.gen.ts from src/wire/schema.json (which the server's types write).
 */
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { compile } from "json-schema-to-typescript";

export const SCHEMA = fileURLToPath(new URL("../src/wire/schema.json", import.meta.url));
export const TYPES = fileURLToPath(new URL("../src/wire/types.gen.ts", import.meta.url));

/** What the compiler adds to every comment, and says nothing. */
const REFERENCED = /( \*\n)? \* This interface was referenced by .*\n \* via the .*\n/g;

/**
 * @param {string} text of schema.json
 * @returns {Promise<string>} text of types.gen.ts
 */
export async function typesOf(text) {
  const hash = createHash("sha256").update(text).digest("hex");
  const schema = JSON.parse(text);
  const source = await compile(withTuples(schema), "OnRecordV1", {
    additionalProperties: false,
    bannerComment: `/* Made by \`npm run generate\` from schema.json ${hash}. */`,
    strictIndexSignatures: true,
    unreachableDefinitions: true,
    // "At most twenty" would make it a union of tuples.
    maxItems: 0,
    format: true,
    style: { printWidth: 100 },
  });
  const types = source
    .replaceAll(REFERENCED, "")
    .replaceAll("/**\n */\n", "")
    .replace(/export interface OnrecordV1 \{[^}]*\}\n/, "");
  const position = Object.keys(schema.$defs.Position.properties);
  return `${types}/** The fields of a Position. */\nexport const POSITION = ${array(position)} as const;\n`;
}

/** @param {readonly string[]} texts */
function array(texts) {
  return `[${texts.map((each) => JSON.stringify(each)).join(", ")}]`;
}

/**
 * JSON Schema 2020-12 calls a tuple's members `prefixItems`, the compiler knows draft 7's `items`.
 *
 * @param {unknown} node
 * @returns {any}
 */
function withTuples(node) {
  if (Array.isArray(node)) return node.map(withTuples);
  if (typeof node !== "object" || node === null) return node;
  const copy = Object.fromEntries(
    Object.entries(node).map(([name, value]) => [name, withTuples(value)]),
  );
  const { prefixItems, ...rest } = copy;
  if (prefixItems === undefined) {
    // "At least one" would make an array a tuple, which nothing that is computed fits.
    const { minItems: _least, ...array } = rest;
    return array;
  }
  return { ...rest, items: prefixItems, additionalItems: false };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  writeFileSync(TYPES, await typesOf(readFileSync(SCHEMA, "utf8")));
}
