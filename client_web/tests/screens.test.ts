/** Every screen has its pictures: what the sources can show, held against the gallery's scenes. */
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { DOOR_SCENES } from "../src/views/gallery/doors";
import { NOTED_SCENES } from "../src/views/gallery/noted";
import { OPENED } from "../src/views/gallery/opened";
import { SCENES } from "../src/views/gallery/scenes";
import screens from "../src/views/gallery/screens.json";
import { FILE_SCENES } from "../src/views/gallery/sent_files";
import { SIGN_INS } from "../src/views/gallery/sign_ins";
import { VOICE_SCENES } from "../src/views/gallery/voice_notes";
import { WAITING_SCENES } from "../src/views/gallery/waiting";
import { CONSOLE_SCENES } from "./gallery/scenes";

/** Where the sources say what there is to see: a union's name, its member, and its file. */
const UNIONS = [
  ["screen", "Screen", "kind", "view_models/chat.ts"],
  ["invitation", "InvitationState", "step", "view_models/invitation.ts"],
  ["client sign-in", "ClientSignInState", "step", "view_models/client_sign_in.ts"],
  ["sheet", "OpenSheet", "kind", "views/chat_sheet.tsx"],
  ["invites", "InvitesState", "page", "view_models/invites.ts"],
  ["dialog", "Overlay", "kind", "views/overlays.tsx"],
  ["member dialog", "Asking", "kind", "views/sheets/members.tsx"],
  ["console", "ConsoleScreen", "kind", "view_models/console/console.ts"],
  ["case", "Tab", "", "view_models/console/place.ts"],
] as const;

function read(file: string): string {
  return readFileSync(new URL(`../src/${file}`, import.meta.url), "utf8");
}

/** The values that a union's member may have. */
function kindsOf(source: string, union: string, member: string): string[] {
  const declared = new RegExp(`(?:type|interface) ${union}\\b[^]*?(?:;\\n\\n|\\n}\\n|;\\n?$)`);
  const text = declared.exec(source)?.[0] ?? "";
  const values = member === "" ? /= ("[^;]*);/ : new RegExp(`${member}: ("[^;]*);`, "g");
  const found = member === "" ? [values.exec(text)] : [...text.matchAll(values)];
  const named = found.flatMap((each) => [...(each?.[1] ?? "").matchAll(/"(\w+)"/g)]);
  return [...new Set(named.map((each) => each[1] ?? ""))];
}

const VIEWS = readdirSync(new URL("../src/views", import.meta.url), { recursive: true })
  .map((path) => `views/${path}`)
  .filter((path) => path.endsWith(".tsx") && !/gallery|parts|\.test/.test(path));

/** What opens over the page is drawn by one of these. */
const OVER = /<(Dialog|Sheet)\b/;

function screensOf(source: (file: string) => string): string[] {
  const kinds = UNIONS.flatMap(([screen, union, member, file]) =>
    kindsOf(source(file), union, member).map((kind) => `${screen} ${kind}`),
  );
  const drawn = VIEWS.filter((file) => OVER.test(source(file)));
  return [...kinds, ...drawn.map((file) => `draws ${file.slice("views/".length, -".tsx".length)}`)];
}

const pictured: Readonly<Record<string, readonly string[]>> = screens;
const missing = (source: (file: string) => string) =>
  screensOf(source).filter((screen) => (pictured[screen] ?? []).length === 0);

test("each screen, sheet and dialog of the sources has a scene", () => {
  expect(missing(read)).toEqual([]);
  for (const [screen] of UNIONS) {
    const known = screensOf(read).filter((each) => each.startsWith(`${screen} `));
    expect([screen, known.length > 1]).toEqual([screen, true]);
  }
});

test("control: a screen, a sheet or a page without a scene is found", () => {
  const planted = (file: string) =>
    read(file)
      .replace('readonly kind: "members"', 'readonly kind: "planted"')
      .replace('readonly kind: "starting"', 'readonly kind: "strange"')
      .replace('"list" | "form"', '"list" | "hidden" | "form"')
      .replace("<Field", file.endsWith("sign_in/sign_in.tsx") ? "<Dialog" : "<Field")
      .replace('Tab = "work"', 'Tab = "odd" | "work"');
  expect(missing(planted)).toEqual([
    "screen strange",
    "sheet planted",
    "invites hidden",
    "console strange",
    "case odd",
    "draws sign_in/sign_in",
  ]);
});

test("each picture has its scene, and each scene its picture", () => {
  const scenes = [
    SCENES,
    OPENED,
    NOTED_SCENES,
    WAITING_SCENES,
    FILE_SCENES,
    VOICE_SCENES,
    SIGN_INS,
    DOOR_SCENES,
    CONSOLE_SCENES,
  ];
  const there = new Set(scenes.flatMap((each) => Object.keys(each)));
  const wanted = new Set(Object.values(pictured).flat());
  expect([...wanted].filter((name) => !there.has(name))).toEqual([]);
  expect([...there].filter((name) => !wanted.has(name))).toEqual([]);
});
