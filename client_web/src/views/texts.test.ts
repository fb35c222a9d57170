/** Every text that a view says is in the catalogue, and the catalogue has no other. */
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import consoles from "../locales/console.en.json";
import en from "../locales/en.json";
import events from "../locales/events.gen.json";

const ids = [...new Set([en, consoles, events].flatMap(Object.keys))];

/** What the sources name: whole ids, and the beginnings of ids that end in a value. */
function named(source: string) {
  const whole = [...source.matchAll(/"([a-z_]+(?:\.[a-z_]+)*)"/g)].map((match) => match[1] ?? "");
  const begun = [...source.matchAll(/`([a-z_]+(?:\.[a-z_]+)*\.)\$\{/g)].map((m) => m[1] ?? "");
  return { whole: new Set(whole), begun: [...new Set(begun)] };
}

function unused(sources: string): string[] {
  const { whole, begun } = named(sources);
  return ids.filter((id) => !whole.has(id) && !begun.some((start) => id.startsWith(start)));
}

const folder = new URL("../", import.meta.url).pathname;
const sources = readdirSync(folder, { recursive: true, encoding: "utf8" })
  .filter((path) => /\.tsx?$/.test(path) && !path.includes(".test.") && !path.includes("gallery/"))
  .map((path) => readFileSync(folder + path, "utf8"))
  .join("\n");

test("no text of the catalogue is left unsaid", () => {
  expect(unused(sources)).toEqual([]);
});

test("control: a text that nobody says is found", () => {
  expect(unused(sources.replaceAll('"composer.placeholder"', "…"))).toEqual([
    "composer.placeholder",
  ]);
});

test("a Polish plural has a form for one, for few, for many and for fractions", () => {
  const polish: Record<string, string> = Object.assign(
    {},
    ...["pl", "console.pl"].map((name) =>
      JSON.parse(readFileSync(`${folder}locales/${name}.json`, "utf8")),
    ),
  );
  const plurals = Object.entries(polish).filter(([, text]) => text.includes(", plural,"));
  expect(plurals.length).toBeGreaterThan(10);
  for (const [id, text] of plurals) {
    expect([id, /one \{/.test(text), /few \{/.test(text)]).toEqual([id, true, true]);
    expect([id, /many \{/.test(text), /other \{/.test(text)]).toEqual([id, true, true]);
  }
});
