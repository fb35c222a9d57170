/** What the list of conversations does without stays out of what it is fetched with. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const LAZY = /(^|\/)(log|extras|door|new_conversation)$|(^|\/)(sheets|sign_in|timeline)\//;

function read(file: string): string {
  return readFileSync(new URL(file, import.meta.url), "utf8");
}

function importsOf(text: string): string[] {
  const whole = [...text.matchAll(/^import (?!type)[^;]*? from "([^"]+)";/gms)];
  return whole.map((match) => match[1] ?? "");
}

function early(text: string): string[] {
  return importsOf(text).filter((path) => LAZY.test(path));
}

test.each([
  "./chat_screen.tsx",
  "./chat_sheet.tsx",
  "./overlays.tsx",
  "./app.tsx",
  "./conversation/conversation.tsx",
])("%s fetches sheets, dialogs and the log when they are shown", (file) => {
  expect(importsOf(read(file)).length).toBeGreaterThan(2);
  expect(early(read(file))).toEqual([]);
});

test("the composer is there with the list: who opens a conversation types at once", () => {
  expect(importsOf(read("./chat_screen.tsx"))).toContain("./conversation/conversation");
  expect(importsOf(read("./conversation/conversation.tsx"))).toContain("../composer/composer");
});

test("control: an import that is not lazy is found", () => {
  const planted = 'import { DevicesSheet } from "./sheets/devices";\n';
  expect(early(planted + read("./chat_sheet.tsx"))).toEqual(["./sheets/devices"]);
});
