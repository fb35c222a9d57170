import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { firstLoad, firstLoadBytes, laterLoads, told } from "../tools/size.js";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "size-"));
  mkdirSync(join(folder, ".vite"));
  const manifest = {
    "chat.html": { file: "a.js", imports: ["_b.js"], dynamicImports: ["lazy.ts"], css: ["a.css"] },
    "_b.js": { file: "b.js" },
    "lazy.ts": { file: "lazy.js", isDynamicEntry: true, imports: ["_b.js", "_c.js"] },
    "_c.js": { file: "c.js" },
    "src/locales/en.json": { file: "en.js" },
    "src/locales/pl.json": { file: "pl.js" },
  };
  writeFileSync(join(folder, ".vite/manifest.json"), JSON.stringify(manifest));
  writeFileSync(join(folder, "index.html"), '<script src="/a.js"></script>');
  for (const name of ["a.js", "b.js", "a.css", "lazy.js", "c.js"]) {
    writeFileSync(join(folder, name), randomBytes(10_240));
  }
  writeFileSync(join(folder, "en.js"), randomBytes(1_000));
  writeFileSync(join(folder, "pl.js"), randomBytes(2_000));
});

afterEach(() => rmSync(folder, { recursive: true }));

test("the first load is what the page names and what that imports, but nothing lazy", () => {
  expect(firstLoad(folder).sort()).toEqual(["a.css", "a.js", "b.js", "index.html"]);
});

test("a chunk that grows is counted", () => {
  const before = firstLoadBytes(folder);
  expect(before).toBeGreaterThan(30_000);
  writeFileSync(join(folder, "b.js"), randomBytes(204_800));
  expect(firstLoadBytes(folder) - before).toBeGreaterThan(190_000);
});

test("the console's catalogue is counted with the chat's of the same language", () => {
  const before = firstLoadBytes(folder);
  const path = join(folder, ".vite/manifest.json");
  const manifest = JSON.parse(readFileSync(path, "utf8"));
  manifest["src/locales/console.pl.json"] = { file: "console.pl.js" };
  writeFileSync(path, JSON.stringify(manifest));
  writeFileSync(join(folder, "console.pl.js"), randomBytes(5_000));
  expect(firstLoadBytes(folder) - before).toBeGreaterThan(4_900);
});

test("the largest catalogue is counted, once", () => {
  const before = firstLoadBytes(folder);
  writeFileSync(join(folder, "en.js"), randomBytes(1_900));
  expect(firstLoadBytes(folder)).toBe(before);
  writeFileSync(join(folder, "pl.js"), randomBytes(4_000));
  expect(firstLoadBytes(folder) - before).toBeGreaterThan(1_900);
});

test("what is loaded later is listed with what it brings along, but for the first load", () => {
  const [[source, bytes] = ["", 0], ...rest] = laterLoads(folder);
  expect([source, rest]).toEqual(["lazy.ts", []]);
  expect(Math.round(bytes / 10_240)).toBe(2);
});

test("what is over its budget is told, at first and later", () => {
  const [dist, name] = [join(folder, ".."), basename(folder)];
  const large = (first: number, later: number) =>
    told({ [name]: first }, { "lazy.ts": later }, dist).map((each) => each.endsWith("TOO LARGE"));
  expect(large(40, 25)).toEqual([false, false]);
  expect(large(20, 25)).toEqual([true, false]);
  expect(large(40, 15)).toEqual([false, true]);
});
