import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { unpacked } from "../src/wire/schema";
import { SCHEMA } from "../tools/generate_types.js";
import { CHAT_ROOTS, packed, pruned, slim } from "../tools/slim_schema.js";

test("the slim schema checks the same, in half the size", () => {
  const text = readFileSync(SCHEMA, "utf8");
  const slimmed = slim(JSON.parse(text));
  expect(slimmed.$defs.SetTitle.properties.title).toEqual({
    type: "string",
    minLength: 1,
    maxLength: 200,
  });
  expect(Object.keys(slimmed.$defs)).toEqual(Object.keys(JSON.parse(text).$defs));
  expect(JSON.stringify(slimmed).length).toBeLessThan(text.length / 2);
});

test("the packed schema checks the same as the slim one, in fewer bytes", () => {
  const slimmed = slim(JSON.parse(readFileSync(SCHEMA, "utf8")));
  const inOrder = (value: unknown) =>
    JSON.parse(JSON.stringify(value), (key, part) => (key === "required" ? part.toSorted() : part));
  const whole = (value: unknown) =>
    JSON.parse(JSON.stringify(value), (_, part) =>
      part?.type === "object" && part.properties ? { required: [], ...part } : part,
    );
  expect(inOrder(unpacked(packed(slimmed)))).toEqual(inOrder(whole(slimmed)));
  expect(JSON.stringify(packed(slimmed)).length).toBeLessThan(JSON.stringify(slimmed).length * 0.9);
});

test("the chat's build keeps every definition that the chat checks against", () => {
  const { $defs } = JSON.parse(readFileSync(SCHEMA, "utf8"));
  const kept = pruned({ $defs }, CHAT_ROOTS).$defs;
  const used = ["../src/platform/fetch_api.ts", "../src/wire/codec.ts"].flatMap((file) => {
    const source = readFileSync(new URL(file, import.meta.url), "utf8");
    return [...source.matchAll(/"([A-Z]\w+)"/g)].map((found) => found[1] ?? "");
  });
  const definitions = used.filter((name) => Object.hasOwn($defs, name));
  expect(definitions.length).toBeGreaterThan(10);
  for (const name of definitions) expect([name, Object.hasOwn(kept, name)]).toEqual([name, true]);
});
