/** Controls: a planted defect makes each gate of the tool chain go red. */
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";

const CLIENT = fileURLToPath(new URL("..", import.meta.url));
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gates-"));
});

afterEach(() => rmSync(folder, { recursive: true }));

function run(script: string, ...args: string[]): number | null {
  return spawnSync(process.execPath, [join(CLIENT, script), ...args], { cwd: folder }).status;
}

function built(name: string, bytes: number): void {
  const place = join(folder, "dist", name);
  mkdirSync(join(place, ".vite"), { recursive: true });
  writeFileSync(join(place, ".vite/manifest.json"), "{}");
  writeFileSync(join(place, "index.html"), '<script src="/a.js"></script>');
  writeFileSync(join(place, "a.js"), randomBytes(bytes));
}

test("npm run size fails for a chat of more than 145 KiB", () => {
  built("console", 1_000);
  built("chat", 144 * 1024);
  expect(run("tools/size.js")).toBe(0);
  built("chat", 146 * 1024);
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
  expect(run("node_modules/@biomejs/biome/bin/biome", "ci", config, "planted.ts")).toBe(status);
});
