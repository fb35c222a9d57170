import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const SOURCES = new URL("../src/", import.meta.url);
const USED = /var\((--[a-z0-9-]+)\)/g;
const DEFINED = /(--[a-z0-9-]+)(?:["\]]*:|")/g;

function texts(ends: RegExp): string[] {
  const names = readdirSync(SOURCES, { recursive: true, encoding: "utf8" });
  return names
    .filter((name) => ends.test(name))
    .map((name) => readFileSync(new URL(name, SOURCES), "utf8"));
}

/** Of what is used without a fallback, what is defined nowhere: it would change nothing. */
function missing(used: readonly string[], defined: readonly string[]): string[] {
  const known = new Set(
    defined.flatMap((text) => [...text.matchAll(DEFINED)].map(([, name]) => name)),
  );
  const names = used.flatMap((text) => [...text.matchAll(USED)].map(([, name]) => name ?? ""));
  return [...new Set(names)].filter((name) => !known.has(name)).sort();
}

test("every custom property that a style uses is defined", () => {
  const styles = texts(/\.css$/);
  expect(missing(styles, [...styles, ...texts(/\.tsx?$/)])).toEqual([]);
  expect(missing(["color: var(--danger)"], styles)).toEqual(["--danger"]);
});
