/** Any value that the protocol's schema allows, for properties: made from schema.json, like the check. */
import fc from "fast-check";
import protocol from "../../src/wire/schema.json";

interface Schema {
  readonly [keyword: string]: unknown;
}
type Make = (schema: Schema) => fc.Arbitrary<unknown>;

const PREFIX = "#/$defs/";
const definitions: Readonly<Record<string, Schema>> = protocol.$defs;
const made = new Map<string, fc.Arbitrary<unknown>>();

/** What a keyword that stands in the schema means; `type` comes last, with its own. */
const WHOLE: Readonly<Record<string, Make>> = {
  $ref: ({ $ref }) => anyValue(String($ref).slice(PREFIX.length)),
  anyOf: ({ anyOf }) => fc.oneof(...(anyOf as Schema[]).map(valueFor)),
  enum: ({ enum: values }) => fc.constantFrom<unknown>(...(values as string[])),
};
const TYPES: Readonly<Record<string, Make>> = {
  object: members,
  array: items,
  string: text,
  integer: ({ minimum, maximum, exclusiveMaximum }) =>
    fc.integer({
      min: Number(minimum ?? -(2 ** 31)),
      max: Math.min(Number(maximum ?? 2 ** 31 - 1), Number(exclusiveMaximum ?? 2 ** 31) - 1),
    }),
  number: () => fc.double({ noNaN: true, noDefaultInfinity: true }).map((each) => each + 0),
  boolean: () => fc.boolean(),
};

/** A value of this definition. Throws for a schema that says something it does not know. */
export function anyValue(name: string): fc.Arbitrary<unknown> {
  const known = made.get(name);
  if (known !== undefined) return known;
  const schema = definitions[name];
  if (schema === undefined) throw new Error(`no definition: ${name}`);
  const value = valueFor(schema);
  made.set(name, value);
  return value;
}

function valueFor(schema: Schema): fc.Arbitrary<unknown> {
  const whole = Object.keys(WHOLE).find((keyword) => keyword in schema);
  const make = whole === undefined ? TYPES[String(schema.type)] : WHOLE[whole];
  if (make === undefined) throw new Error(`no value for ${JSON.stringify(schema)}`);
  return make(schema);
}

function members({ properties, required, additionalProperties: more }: Schema) {
  if (properties === undefined) {
    const value = typeof more === "object" ? valueFor(more as Schema) : fc.jsonValue();
    return fc.dictionary(fc.string(), value, { maxKeys: 4, noNullPrototype: true });
  }
  const each = Object.entries(properties as Readonly<Record<string, Schema>>).map(
    ([name, schema]) => [name, valueFor(schema)],
  );
  const requiredKeys = (required ?? []) as never[];
  return fc.record(Object.fromEntries(each), { requiredKeys, noNullPrototype: true });
}

function items({ items: rest, prefixItems, minItems, maxItems }: Schema) {
  if (prefixItems !== undefined) return fc.tuple(...(prefixItems as Schema[]).map(valueFor));
  const minLength = Number(minItems ?? 0);
  return fc.array(valueFor(rest as Schema), {
    minLength,
    maxLength: Math.min(Number(maxItems ?? 4), minLength + 4),
  });
}

function text({ pattern, minLength, maxLength }: Schema) {
  // The look-ahead at its end says that `$` is the end, which it is in JavaScript.
  const shape = pattern === undefined ? undefined : String(pattern).split("(?!")[0];
  if (shape !== undefined) return fc.stringMatching(new RegExp(shape));
  const min = Number(minLength ?? 0);
  return fc.string({ unit: "grapheme", minLength: min, maxLength: Number(maxLength ?? min + 20) });
}
