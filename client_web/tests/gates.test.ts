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
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";

const CLIENT = fileURLToPath(new URL("..", import.meta.url));
const BIOME = "node_modules/@biomejs/biome/bin/biome";
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

test.each([
  ["const now: number = Date.now();", 0],
  ['document.title = "x";', 1],
  ["setTimeout(() => undefined, 1);", 1],
  ["const a = [1]; const b: number = a[0];", 1],
])("the model compiles without a browser: %s", (source, status) => {
  writeFileSync(join(folder, "planted.ts"), `${source}\nexport {};\n`);
  const config = { extends: join(CLIENT, "tsconfig.model.json"), include: ["planted.ts"] };
  const unused = { noUnusedLocals: false };
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({ ...config, compilerOptions: unused }),
  );
  expect(run("node_modules/typescript/bin/tsc", "--project", folder)).toBe(status);
});

test.each([
  ["export const a: unknown = 1;\n", 0],
  ["export const a: any = 1;\n", 1],
  ["export const a = (b: { c?: string }) => b.c!.length;\n", 1],
  ['console.log("x");\n', 1],
])("the style check refuses what it should: %s", (source, status) => {
  writeFileSync(join(folder, "planted.ts"), source);
  const config = `--config-path=${join(CLIENT, "biome.json")}`;
  expect(run(BIOME, "ci", config, "planted.ts")).toBe(status);
});

const REFUSED = "lint/style/noRestrictedGlobals";

/** Files below `folder`, under the client's own rules. */
function plant(files: Readonly<Record<string, string>>): void {
  writeFileSync(join(folder, "biome.json"), `{ "extends": ["${join(CLIENT, "biome.json")}"] }\n`);
  for (const [name, source] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), source);
  }
}

function lint(...paths: string[]): number | null {
  const [, ...how] = read("package.json").scripts.lint.split(" ");
  return run(BIOME, ...how.slice(0, -1), ...paths);
}

function read(name: string) {
  return JSON.parse(readFileSync(join(CLIENT, name), "utf8"));
}

test.each([
  ['document.title = "x";', 1],
  ["export const size = window.innerWidth;", 1],
  ['navigator.clipboard.writeText("x");', 1],
  ["navigator.vibrate(1);", 1],
  ["location.reload();", 1],
  ["history.back();", 1],
  ["print();", 1],
  ["globalThis.close();", 1],
  ['export const fine = matchMedia("(pointer: fine)");', 1],
  ['export const kept = localStorage.getItem("x");', 1],
  ['export const kept = indexedDB.open("x");', 1],
  ["export const id = crypto.randomUUID();", 1],
  ['export const answer = fetch("/x");', 1],
  ['export const socket = new WebSocket("wss://x");', 1],
  ['export const sound = new Audio("x");', 1],
  ['export const address = URL.createObjectURL(new Blob(["x"]));', 1],
  ["export const go = (history: History, open: () => void) => [history.state, open()];", 0],
  ["export const show = (field: HTMLElement) => field.scrollIntoView();", 0],
  ["export const soon = (show: () => void) => requestAnimationFrame(show);", 0],
  ["export const seen = (heard: () => void) => new ResizeObserver(heard);", 0],
])("a view leaves the browser to the platform: %s", (source, status) => {
  plant({ "src/views/x/planted.ts": `${source}\n`, "src/platform/planted.ts": `${source}\n` });
  expect(lint("src/views/x/planted.ts")).toBe(status);
  expect(lint("src/platform/planted.ts")).toBe(0);
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
  expect(lint("src/views/stale.ts")).toBe(1);
  expect(lint("src/views/needed.ts")).toBe(0);
});

test("each place that may touch the browser does", () => {
  const places: string[] = read("biome.json").overrides.find(
    ({ linter }: { linter: { rules: { style?: object } } }) =>
      linter.rules.style !== undefined && "noRestrictedGlobals" in linter.rules.style,
  ).includes;
  for (const name of ["src", "tests", "tools"]) {
    cpSync(join(CLIENT, name), join(folder, name), { recursive: true });
  }
  for (const place of places) {
    const extended = join(CLIENT, "browser_globals.json");
    const config = { extends: [extended], files: { includes: [place] } };
    writeFileSync(join(folder, "biome.json"), JSON.stringify(config));
    const how = ["lint", `--only=${REFUSED.replace("lint/", "")}`];
    const { stdout, stderr } = spawnSync(process.execPath, [join(CLIENT, BIOME), ...how], {
      cwd: folder,
      encoding: "utf8",
    });
    expect(stdout + stderr, place).toContain("noRestrictedGlobals");
  }
});
