/** The card of shortcuts names every key that a source listens to. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { KEYS } from "./shortcuts";

const SOURCES = [
  "use_shortcuts.ts",
  "conversation/use_message_menu.ts",
  "composer/wrap_keys.ts",
  "composer/line.tsx",
  "timeline/use_roving_rows.ts",
];
const NAMES: Readonly<Record<string, string>> = {
  ArrowUp: "↑",
  ArrowDown: "↓",
  Escape: "Esc",
  escape: "Esc",
  enter: "Enter",
};
/** Does what Enter does. */
const SAME = [" "];

function heard(source: string): string[] {
  const keys = source.matchAll(/(?:key(?:\.toLowerCase\(\))? === |case )"([^"]+)"/g);
  const signs = /SIGNS[^{]*\{([^}]*)\}/.exec(source)?.[1] ?? "";
  return [...keys, ...signs.matchAll(/(\w): "/g)].map(([, key]) => key ?? "");
}

const named = new Set(KEYS.flatMap(([, keys]) => keys.flatMap(([pressed]) => pressed)));
const missing = (keys: readonly string[]) =>
  keys
    .filter((key) => !SAME.includes(key))
    .map((key) => NAMES[key] ?? (key.length === 1 ? key.toUpperCase() : key))
    .filter((key) => !named.has(key));

test("every key that is listened to is on the card", () => {
  const keys = SOURCES.flatMap((file) =>
    heard(readFileSync(new URL(`../${file}`, import.meta.url), "utf8")),
  );
  const some = ["k", "e", "r", "s", "b", "i", "z", "?", "/", "f", "Home"];
  expect(keys).toEqual(expect.arrayContaining(some));
  expect(missing(keys)).toEqual([]);
});

test("control: a key that the card does not name is found", () => {
  expect(missing(heard('if (event.key === "q") go();'))).toEqual(["Q"]);
});
