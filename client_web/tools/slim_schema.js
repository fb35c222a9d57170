/**
 * Leaves out of src/wire/schema.json, while building, what only people read.
 */

const SCHEMA = /\/src\/wire\/schema\.json$/;
/** Members of a schema that check nothing. */
const PROSE = new Set(["title", "description", "default", "$schema"]);

/** Where a packed object keeps them: nothing on the wire is called so. */
const MEMBERS = "?";

/** What the chat receives: its definitions, and all that they refer to, stay in its build. */
export const CHAT_ROOTS = [
  "AnyServerFrame",
  "Broadcast",
  "Bootstrap",
  "ClientReset",
  "CodeSent",
  "PasskeyQuestion",
  "PasskeyWish",
  "UnlockQuestion",
  "Passkeys",
  "Conversation",
  "Copy",
  "Devices",
  "FileLinks",
  "FirmSign",
  "Found",
  "Invitation",
  "Invite",
  "Invites",
  "JoinOffer",
  "LetterChoice",
  "MadeTokens",
  "Me",
  "MessageInfo",
  "MessageOrigin",
  "OwnHours",
  "OwnTokens",
  "PictureSet",
  "Person",
  "PersonHours",
  "Problem",
  "PushOffer",
  "Reported",
  "ResetToStop",
  "RoleCode",
  "Scheduled",
  "ScheduledList",
  "Starred",
  "Stored",
  "Ticket",
  "Timeline",
  "Upload",
  "WhoseLink",
];

/**
 * @param {readonly string[] | undefined} roots definitions to keep; undefined: all
 * @returns {import("vite").Plugin}
 */
export function slimSchema(roots) {
  return {
    name: "slim-schema",
    apply: "build",
    enforce: "pre",
    transform: {
      filter: { id: SCHEMA },
      /** @param {string} source */
      handler(source) {
        const schema = slim(JSON.parse(source));
        const kept = roots === undefined ? schema : pruned(schema, roots);
        return { code: JSON.stringify(packed(kept)), moduleType: "json", map: null };
      },
    },
  };
}

/**
 * @param {any} schema
 * @param {readonly string[]} roots
 * @returns {any} the schema with only the roots and what they refer to
 */
export function pruned(schema, roots) {
  const kept = new Set(roots);
  // A set grows while it is walked.
  for (const name of kept) {
    const text = JSON.stringify(schema.$defs[name]);
    for (const found of text.matchAll(/"#\/\$defs\/(\w+)"/g)) kept.add(found[1] ?? "");
  }
  const names = [...kept].sort();
  return { ...schema, $defs: Object.fromEntries(names.map((name) => [name, schema.$defs[name]])) };
}

/**
 * Objects as their members alone, a name with `?` behind it where it may be missing; schema.ts unpacks them.
 *
 * @param {any} schema
 * @returns {any} the same checks in fewer bytes
 */
export function packed(schema) {
  if (typeof schema !== "object" || schema === null) return schema;
  if (Array.isArray(schema)) return schema.map(packed);
  const inner = Object.entries(schema).map(([name, part]) => [name, packed(part)]);
  const { type, properties, required = [], ...others } = Object.fromEntries(inner);
  if (type !== "object" || properties === undefined) return Object.fromEntries(inner);
  const members = Object.entries(properties).map(([name, part]) => [
    required.includes(name) ? name : `${name}?`,
    part,
  ]);
  return { ...others, [MEMBERS]: Object.fromEntries(members) };
}

/**
 * @param {any} schema
 * @returns {any} the same checks; a property may well be called `title`
 */
export function slim(schema) {
  if (typeof schema !== "object" || schema === null || Array.isArray(schema)) return schema;
  const kept = Object.entries(schema).filter(([name]) => !PROSE.has(name));
  return Object.fromEntries(
    kept.map(([name, value]) => {
      if (name === "properties" || name === "$defs") {
        const parts = Object.entries(value).map(([key, part]) => [key, slim(part)]);
        return [name, Object.fromEntries(parts)];
      }
      if (name === "anyOf" || name === "prefixItems") return [name, value.map(slim)];
      return [name, name === "items" || name === "additionalProperties" ? slim(value) : value];
    }),
  );
}
