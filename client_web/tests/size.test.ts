import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  firstLoad,
  firstLoadBytes,
  laterLoads,
  linkLoadBytes,
  told,
  toldOfLinks,
} from "../tools/size.js";

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
  writeFileSync(join(folder, "b.js"), randomBytes(40_960));
  expect(firstLoadBytes(folder) - before).toBeGreaterThan(30_000);
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

test("what is over its budget at first is told", () => {
  const [dist, name] = [join(folder, ".."), basename(folder)];
  const large = (first: number) =>
    told({ [name]: first }, dist).map((each) => each.endsWith("TOO LARGE"));
  expect(large(40)).toEqual([false, false]);
  expect(large(20)).toEqual([true, false]);
});

describe("whoever comes by a link", () => {
  const ways = {
    "src/views/door.tsx": { file: "door.js", isDynamicEntry: true, imports: ["_doors.js"] },
    "src/view_models/doors.ts": { file: "models.js", isDynamicEntry: true, imports: ["_doors.js"] },
    "_doors.js": { file: "doors.js", imports: ["_b.js"], css: ["doors.css"] },
    "src/locales/en.json?doors": { file: "en.doors.js", isDynamicEntry: true },
    "src/locales/pl.json?doors": { file: "pl.doors.js", isDynamicEntry: true },
    "src/locales/pl.json?later": { file: "lazy.js", isDynamicEntry: true },
  };
  const path = () => join(folder, ".vite/manifest.json");

  beforeEach(() => {
    const manifest = JSON.parse(readFileSync(path(), "utf8"));
    writeFileSync(path(), JSON.stringify({ ...manifest, ...ways }));
    for (const name of ["door.js", "models.js"]) writeFileSync(join(folder, name), "1");
    for (const name of ["doors.js", "doors.css"]) {
      writeFileSync(join(folder, name), randomBytes(5_000));
    }
    writeFileSync(join(folder, "en.doors.js"), randomBytes(100));
    writeFileSync(join(folder, "pl.doors.js"), randomBytes(500));
  });

  test("loads the first load and the ways in, with the most texts of a language", () => {
    const more = linkLoadBytes(folder) - firstLoadBytes(folder);
    expect(Math.round(more / 100)).toBe(105);
    writeFileSync(join(folder, "en.doors.js"), randomBytes(2_500));
    expect(Math.round((linkLoadBytes(folder) - firstLoadBytes(folder)) / 100)).toBe(115);
  });

  test("control: whichever part of it grows, more than was promised is told", () => {
    const promise = linkLoadBytes(folder) + 1_000;
    const isTooLarge = () => toldOfLinks(folder, promise).endsWith("TOO LARGE");
    for (const name of ["b.js", "doors.js", "doors.css", "pl.doors.js"]) {
      expect([name, isTooLarge()]).toEqual([name, false]);
      const before = readFileSync(join(folder, name));
      writeFileSync(join(folder, name), randomBytes(before.length + 2_000));
      expect([name, isTooLarge()]).toEqual([name, true]);
      writeFileSync(join(folder, name), before);
    }
  });

  test.each(Object.keys(ways).filter((each) => !each.endsWith("later") && !each.startsWith("_")))(
    "control: a build in which a part has another name is refused: %s",
    (name) => {
      const { [name]: _gone, ...rest } = JSON.parse(readFileSync(path(), "utf8"));
      writeFileSync(path(), JSON.stringify(rest));
      expect(() => linkLoadBytes(folder)).toThrow("There are no");
    },
  );
});
