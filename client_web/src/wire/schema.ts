/** Checks a value against the protocol's own schema (schema.json), so nothing is defined twice. */
import protocol from "./schema.json";

/** The part of JSON Schema 2020-12 that schema.json uses. */
interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly discriminator?: {
    readonly propertyName: string;
    readonly mapping: Readonly<Record<string, string>>;
  };
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  /** Of members that `properties` does not name: false, there are none. */
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema | false;
  readonly prefixItems?: readonly Schema[];
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMaximum?: number;
}

export type Definition = keyof (typeof protocol)["$defs"];

const definitions: Readonly<Record<string, Schema>> = unpacked(
  protocol.$defs as object as Record<string, Schema>,
);
const PREFIX = "#/$defs/";

/** What a build packed (tools/slim_schema.js), as it was; anything else as it is. */
export function unpacked<T>(schema: T): T;
export function unpacked(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map((part) => unpacked(part));
  if (!isObject(schema)) return schema;
  const { "?": members, ...others } = Object.fromEntries(
    Object.entries(schema).map(([name, part]) => [name, unpacked(part)]),
  );
  if (!isObject(members)) return others;
  const names = Object.entries(members);
  const properties = Object.fromEntries(names.map(([name, part]) => [name.replace("?", ""), part]));
  const required = names.map(([name]) => name).filter((name) => !name.endsWith("?"));
  return { ...others, type: "object", properties, required };
}

/** Where and how a value differs from what the protocol says, or undefined if it does not. */
export function mistake(name: Definition, value: unknown): string | undefined {
  return find({ $ref: PREFIX + name }, value, "$");
}

/** Whether the protocol knows this tag, such as an event's `type`. A newer server may send others. */
export function knows(union: Definition, tag: unknown): boolean {
  const mapping = definitions[union]?.discriminator?.mapping;
  return typeof tag === "string" && mapping !== undefined && Object.hasOwn(mapping, tag);
}

function find(schema: Schema, value: unknown, path: string): string | undefined {
  if (schema.$ref !== undefined) {
    const target = definitions[schema.$ref.slice(PREFIX.length)];
    return target === undefined ? `${path}: no definition` : find(target, value, path);
  }
  if (schema.discriminator !== undefined) return findTagged(schema.discriminator, value, path);
  if (schema.anyOf !== undefined) {
    const fits = schema.anyOf.some((kind) => find(kind, value, path) === undefined);
    return fits ? undefined : `${path}: fits no alternative`;
  }
  if (schema.enum !== undefined) {
    return schema.enum.includes(value) ? undefined : `${path}: not one of the allowed values`;
  }
  return findTyped(schema, value, path);
}

function findTagged(
  tagged: NonNullable<Schema["discriminator"]>,
  value: unknown,
  path: string,
): string | undefined {
  if (!isObject(value)) return `${path}: not an object`;
  const tag = value[tagged.propertyName];
  const target = typeof tag === "string" ? tagged.mapping[tag] : undefined;
  if (target === undefined) return `${path}.${tagged.propertyName}: unknown`;
  return find({ $ref: target }, value, path);
}

function findTyped(schema: Schema, value: unknown, path: string): string | undefined {
  switch (schema.type) {
    case "object":
      return isObject(value) ? findMember(schema, value, path) : `${path}: not an object`;
    case "array":
      return Array.isArray(value) ? findItem(schema, value, path) : `${path}: not an array`;
    case "string":
      return typeof value === "string" ? findString(schema, value, path) : `${path}: not a string`;
    case "integer":
      return Number.isSafeInteger(value)
        ? findNumber(schema, value as number, path)
        : `${path}: not an integer`;
    case "number":
      return typeof value === "number" ? findNumber(schema, value, path) : `${path}: not a number`;
    case "boolean":
      return typeof value === "boolean" ? undefined : `${path}: not a boolean`;
    default:
      return `${path}: no such type`;
  }
}

function findMember(
  schema: Schema,
  value: Readonly<Record<string, unknown>>,
  path: string,
): string | undefined {
  for (const name of schema.required ?? []) {
    if (value[name] === undefined) return `${path}.${name}: missing`;
  }
  for (const [name, member] of Object.entries(value)) {
    const known = schema.properties?.[name] ?? schema.additionalProperties ?? true;
    if (known === false) return `${path}.${name}: unknown`;
    if (known === true || member === undefined) continue;
    const found = find(known, member, `${path}.${name}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

function findItem(schema: Schema, value: readonly unknown[], path: string): string | undefined {
  if (value.length < (schema.minItems ?? 0)) return `${path}: too few`;
  if (value.length > (schema.maxItems ?? Number.POSITIVE_INFINITY)) return `${path}: too many`;
  for (const [index, item] of value.entries()) {
    const kind = schema.prefixItems?.[index] ?? schema.items;
    const found = kind ? find(kind, item, `${path}[${index}]`) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

function findString(schema: Schema, value: string, path: string): string | undefined {
  // JSON Schema counts characters (code points), JavaScript UTF-16 units.
  if (schema.minLength !== undefined && value.length < schema.minLength)
    return `${path}: too short`;
  if (
    schema.maxLength !== undefined &&
    value.length > schema.maxLength &&
    [...value].length > schema.maxLength
  ) {
    return `${path}: too long`;
  }
  if (schema.pattern !== undefined && !new RegExp(schema.pattern, "u").test(value)) {
    return `${path}: not of the pattern`;
  }
  return undefined;
}

function findNumber(schema: Schema, value: number, path: string): string | undefined {
  if (value < (schema.minimum ?? Number.NEGATIVE_INFINITY)) return `${path}: too small`;
  if (value > (schema.maximum ?? Number.POSITIVE_INFINITY)) return `${path}: too large`;
  if (value >= (schema.exclusiveMaximum ?? Number.POSITIVE_INFINITY)) return `${path}: too large`;
  return undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
