/** Controls: a planted defect makes each gate of the tool chain go red. */
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";

const CLIENT = fileURLToPath(new URL("..", import.meta.url));
const BIOME = "node_modules/@biomejs/biome/bin/biome";
const TSC = "node_modules/typescript/bin/tsc";
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gates-"));
});

afterEach(() => rmSync(folder, { recursive: true }));

function run(script: string, ...args: string[]): number | null {
  return spawnSync(process.execPath, [join(CLIENT, script), ...args], { cwd: folder }).status;
}

/** `ways`: bytes of the ways in. */
function built(name: string, bytes: number, ways = 0): void {
  const place = join(folder, "dist", name);
  const door = { file: "door.js" };
  const manifest = { "src/views/door.tsx": door, "src/view_models/doors.ts": door };
  mkdirSync(join(place, ".vite"), { recursive: true });
  writeFileSync(join(place, ".vite/manifest.json"), JSON.stringify(manifest));
  writeFileSync(join(place, "index.html"), '<script src="/a.js"></script>');
  writeFileSync(join(place, "a.js"), randomBytes(bytes));
  writeFileSync(join(place, "door.js"), randomBytes(ways));
}

test("npm run size fails for a chat of more than 137 KiB", () => {
  built("console", 1_000);
  built("chat", 136 * 1024);
  expect(run("tools/size.js")).toBe(0);
  built("chat", 138 * 1024);
  expect(run("tools/size.js")).toBe(1);
});

test("npm run size fails where whoever comes by a link would load more than 150,000 bytes", () => {
  built("console", 1_000);
  built("chat", 135 * 1024, 149_000 - 135 * 1024);
  expect(run("tools/size.js")).toBe(0);
  built("chat", 135 * 1024, 151_000 - 135 * 1024);
  expect(run("tools/size.js")).toBe(1);
});

/** Writes each source into a file of its own below `folder`. */
function plant(files: Readonly<Record<string, string>>): void {
  for (const [name, source] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), source);
  }
}

/** Runs a program of the tool chain once; returns the files that it names, at `pattern`, if it fails. */
function named(pattern: RegExp, script: string, ...args: string[]): string[] {
  const how = { cwd: folder, encoding: "utf8" } as const;
  const { status, stdout } = spawnSync(process.execPath, [join(CLIENT, script), ...args], how);
  const files = [...stdout.matchAll(pattern)].map(([, file]) =>
    relative(folder, resolve(folder, file ?? "")),
  );
  expect(status === 0, stdout).toBe(files.length === 0);
  return [...new Set(files)].sort();
}

function refusedByBiome(...how: string[]): string[] {
  return named(/file=([^,]+),/g, BIOME, ...how, "--reporter=github", "--max-diagnostics=none");
}

/** Numbered files of sources. */
function numbered(place: string, sources: readonly string[]): [string, string][] {
  return sources.map((source, n) => [`${place}/planted${n}.ts`, `${source}\n`]);
}

test("the model compiles without a browser", () => {
  const bad = [
    'document.title = "x";',
    "setTimeout(() => undefined, 1);",
    "const a = [1]; const b: number = a[0];",
  ];
  const sources = numbered(
    "bad",
    bad.map((source) => `${source}\nexport {};`),
  );
  plant(Object.fromEntries(sources));
  plant({ "fine.ts": "const now: number = Date.now();\nexport {};\n" });
  const compilerOptions = { noUnusedLocals: false };
  const include = ["bad", "fine.ts"];
  const config = { extends: join(CLIENT, "tsconfig.model.json"), include, compilerOptions };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
  const found = named(/^(\S+?)\(\d+,\d+\): error/gm, TSC, "--project", folder, "--pretty", "false");
  expect(found).toEqual(sources.map(([name]) => name));
});

test("the style check refuses what it should", () => {
  const bad = numbered("bad", [
    "export const a: any = 1;",
    "export const a = (b: { c?: string }) => b.c!.length;",
    'console.log("x");',
  ]);
  plant(Object.fromEntries(bad));
  plant({ "fine.ts": "export const a: unknown = 1;\n" });
  const config = `--config-path=${join(CLIENT, "biome.json")}`;
  expect(refusedByBiome("ci", config, ".")).toEqual(bad.map(([name]) => name));
});

const REFUSED = "lint/style/noRestrictedGlobals";

/** The files below `folder` that the client's own style check refuses. */
function refused(): string[] {
  const [, ...how] = read("package.json").scripts.lint.split(" ");
  plant({ "biome.json": `{ "extends": ["${join(CLIENT, "biome.json")}"] }\n` });
  return refusedByBiome(...how);
}

function read(name: string) {
  return JSON.parse(readFileSync(join(CLIENT, name), "utf8"));
}

test("a view leaves the browser to the platform", () => {
  const touching = [
    'document.title = "x";',
    "export const size = window.innerWidth;",
    'navigator.clipboard.writeText("x");',
    "navigator.vibrate(1);",
    "location.reload();",
    "history.back();",
    "print();",
    "globalThis.close();",
    'export const fine = matchMedia("(pointer: fine)");',
    'export const kept = localStorage.getItem("x");',
    'export const kept = indexedDB.open("x");',
    "export const id = crypto.randomUUID();",
    'export const answer = fetch("/x");',
    'export const socket = new WebSocket("wss://x");',
    'export const sound = new Audio("x");',
    'export const address = URL.createObjectURL(new Blob(["x"]));',
  ];
  const free = [
    "export const go = (history: History, open: () => void) => [history.state, open()];",
    "export const show = (field: HTMLElement) => field.scrollIntoView();",
    "export const soon = (show: () => void) => requestAnimationFrame(show);",
    "export const seen = (heard: () => void) => new ResizeObserver(heard);",
  ];
  const views = numbered("src/views/x", touching);
  plant(Object.fromEntries([...views, ...numbered("src/views/free", free)]));
  plant(Object.fromEntries(numbered("src/platform", [...touching, ...free])));
  expect(refused()).toEqual(views.map(([name]) => name).sort());
});

/** What draws with time, or touches nothing. */
const FREE = [
  ...["clearInterval", "clearTimeout", "setInterval", "setTimeout"],
  ...["cancelAnimationFrame", "requestAnimationFrame", "queueMicrotask"],
  ...["atob", "btoa", "structuredClone", "toString", "console"],
];

test("each global of a page is refused, or free by name", () => {
  const compilers = join(CLIENT, "node_modules/@typescript");
  const own = readdirSync(compilers).find((name) => name.startsWith("typescript-")) ?? "";
  const page = readFileSync(join(compilers, own, "lib/lib.dom.d.ts"), "utf8");
  const names = [...page.matchAll(/^declare (?:function|var|const) ((?!on)[a-z]\w*)/gm)].map(
    ([, name]) => name ?? "",
  );
  const { deniedGlobals } =
    read("browser_globals.json").linter.rules.style.noRestrictedGlobals.options;
  const denied = Object.keys(deniedGlobals).filter((name) => /^(?!globalThis)[a-z]/.test(name));
  expect([...denied, ...FREE].sort()).toEqual([...new Set(names)].sort());
});

test("an exception that is not needed any more is refused", () => {
  const ignored = `// biome-ignore ${REFUSED}: it was needed once\n`;
  plant({
    "src/views/stale.ts": `${ignored}export const a = 1;\n`,
    "src/views/needed.ts": `${ignored}export const a = location.origin;\n`,
  });
  expect(refused()).toEqual(["src/views/stale.ts"]);
});

test("each place that may touch the browser does", () => {
  const places: string[] = read("biome.json").overrides.find(
    ({ linter }: { linter: { rules: { style?: object } } }) =>
      linter.rules.style !== undefined && "noRestrictedGlobals" in linter.rules.style,
  ).includes;
  for (const name of ["src", "tests", "tools"]) {
    cpSync(join(CLIENT, name), join(folder, name), { recursive: true });
  }
  plant({ "biome.json": `{ "extends": ["${join(CLIENT, "browser_globals.json")}"] }\n` });
  const touching = refusedByBiome("lint", `--only=${REFUSED.replace("lint/", "")}`);
  const lies = (place: string) => (file: string) =>
    place.startsWith("**/*") ? file.endsWith(place.slice(4)) : file.startsWith(place.slice(0, -2));
  expect(places.filter((place) => !touching.some(lies(place)))).toEqual([]);
});
