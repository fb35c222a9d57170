import { readFileSync } from "node:fs";
import { setupI18n } from "@lingui/core";
import { expect, test } from "vitest";
import { compiled, eventTexts, part } from "../tools/catalogues.js";
import { sourcesOf, textParts } from "../tools/first_texts.js";

function source(locale: string): Record<string, string> {
  const name = `${locale}.json`;
  const own = readFileSync(new URL(`../src/locales/${name}`, import.meta.url), "utf8");
  return { ...JSON.parse(own), ...eventTexts(name) };
}

function texts(locale: string): string {
  return JSON.stringify([source(locale), source(`console.${locale}`)]);
}

/** Names of the values that a compiled message takes: parts are texts, or [name, format, choices]. */
function values(message: unknown): string[] {
  const found = new Set<string>();
  const walk = (parts: unknown) => {
    if (!Array.isArray(parts)) return;
    for (const part of parts) {
      if (!Array.isArray(part)) continue;
      found.add(String(part[0]));
      if (typeof part[2] === "object" && part[2] !== null) Object.values(part[2]).forEach(walk);
    }
  };
  walk(message);
  return [...found].sort();
}

test.each(["", "console."])("English and Polish say the same with the same values: %s", (which) => {
  const [english, polish] = [compiled(source(`${which}en`)), compiled(source(`${which}pl`))];
  expect(Object.keys(polish).sort()).toEqual(Object.keys(english).sort());
  for (const id of Object.keys(english)) {
    expect([id, values(polish[id])]).toEqual([id, values(english[id])]);
  }
});

test("what is recorded is called in Polish as the notice calls it", () => {
  const notice = readFileSync(
    new URL("../../server/onrecord/features/notices/pl.txt", import.meta.url),
    "utf8",
  );
  expect(notice).toMatch(/^Wszystko, co tu piszesz, jest rejestrowane/);
  expect(texts("pl").match(/\p{L}*utrwal\p{L}*/iu)?.[0]).toBeUndefined();
});

test.each([
  ["en", /voice[- ](?:message|mail)/i],
  ["pl", /notatk\p{L}* głosow|nagrani\p{L}* głosow/iu],
])("a voice note has one name in each language: %s", (locale, others) => {
  expect(texts(locale).match(others)?.[0]).toBeUndefined();
});

test("a compiled catalogue renders plurals without a parser", () => {
  const messages = compiled({
    n: "{n, plural, one {# wiadomość} few {# wiadomości} other {# wiadomości}}",
  });
  const i18n = setupI18n({ locale: "pl", messages: { pl: messages as never } });
  expect([1, 2, 5].map((n) => i18n._("n", { n }))).toEqual([
    "1 wiadomość",
    "2 wiadomości",
    "5 wiadomości",
  ]);
});

test("the chat's catalogue has no text of the console's; the console's own replace few of the chat's", () => {
  const chat = Object.keys(compiled(source("en")));
  const own = Object.keys(compiled(source("console.en")));
  expect(chat.length).toBeGreaterThan(200);
  expect(chat.filter((id) => id.startsWith("console"))).toEqual([]);
  const both = own.filter((id) => chat.includes(id));
  expect(both).toEqual(["sign_in.title", "sign_in.lead", "sign_in.signed_out"]);
});

const place = (file: string) => new URL(`../src/${file}`, import.meta.url).pathname;
const ROOTS = [place("chat.tsx")];
const DOORS = [place("views/door.tsx")];

test("a build's first texts are those that the first screen's sources name, then those of the ways in", () => {
  const partOf = textParts(ROOTS, DOORS);
  for (const id of [
    "list.label",
    "composer.placeholder",
    "recording.on.explain",
    "list.you",
    "preview.member.left",
  ]) {
    expect([id, partOf(id)]).toEqual([id, "first"]);
  }
  for (const id of ["sign_in.username", "invitation.accept", "code.label", "trouble.offline"]) {
    expect([id, partOf(id)]).toEqual([id, "doors"]);
  }
  for (const id of ["trouble.bad_invite", "devices.note", "message.reply", "event.member.left"]) {
    expect([id, partOf(id)]).toEqual([id, "later"]);
  }
});

test("every text is in one of the parts, and in one only", () => {
  const all = compiled(source("pl"));
  const partOf = textParts(ROOTS, DOORS);
  const parts = ["first", "doors", "later"].map((name) => part(all, name, partOf));
  expect(Object.assign({}, ...parts)).toEqual(all);
  const counts = parts.map((each) => Object.keys(each).length);
  expect(counts.reduce((sum, count) => sum + count)).toBe(Object.keys(all).length);
  expect(part(all, "later")).toEqual({});
});

test("the first screen's sources are what it imports without waiting", () => {
  const names = [...sourcesOf(ROOTS)].map((file) => file.replace(/^.*\/src\//, ""));
  expect(names).toContain("views/composer/strips.tsx");
  expect(names.filter((name) => name.startsWith("views/sheets/"))).toEqual([]);
});
