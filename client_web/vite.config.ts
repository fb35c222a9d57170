/** Two builds of one client: `--mode chat` and `--mode console`, each with its own entry and folder. */
import { rename } from "node:fs/promises";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";
import { catalogues } from "./tools/catalogues.js";
import { firstTexts } from "./tools/first_texts.js";
import { CHAT_ROOTS, slimSchema } from "./tools/slim_schema.js";

/** The server serves a folder: whatever the entry is called in the source, it is index.html there. */
function entryAsIndex(entry: string, folder: string): Plugin {
  return {
    name: "entry-as-index",
    apply: "build",
    async closeBundle() {
      await rename(`${folder}/${entry}.html`, `${folder}/index.html`);
    },
  };
}

/** What is fetched when it is first shown, each group in one piece. */
const DOORS = new RegExp(
  [
    "/src/view_models/(client_sign_in|code_entry|invitation|notice|passkeys|sign_in|verify)_model\\.",
    "/src/view_models/doors\\.",
    "/src/platform/passkey_ceremony\\.",
    "/src/views/(invitation|notice|sign_in)/",
    "/src/views/door\\.",
  ].join("|"),
);
const LATER = new RegExp(
  [
    "/src/view_models/(client_check|devices|find|invites|later|media|members|message_info|proof)_models?\\.",
    "/src/view_models/(new_conversation|own_copy|own_hours|own_picture|relationship)_model\\.",
    "/src/view_models/hours\\.",
    "/src/views/(find/|invites/(?!qr_code)|sheets/)",
    "/src/views/dialogs/(?!confirm|dialogs)",
    "/src/views/parts/(own_hours|picture_field|sheet|week_fields|words_fields)\\.",
    "/src/views/extras\\.",
  ].join("|"),
);
const LOG = new RegExp(
  [
    "/src/views/timeline/",
    "/src/views/(account/account_items|conversations/found)\\.",
    "/src/views/(dialogs/(confirm|dialogs)|parts/(dialog|menu|place|person_row))\\.",
    "/src/views/files/(?!viewer|use_zoom)",
    "/src/view_models/addresses\\.",
    "/src/views/conversation/(log|long_press|menu_items|react|typing|use_message_menu)\\.",
    "/node_modules/@tanstack/",
  ].join("|"),
);
/** Each a piece of its own. */
const ALONE =
  /\/src\/(locales|policy)\/|\/platform\/(voice|microphone)\.|\/view_models\/voice_model\.|\/(qr_code|viewer|use_zoom)\b|\/src\/views\/emoji\/|\/views\/composer\/recorder\.|\/view_models\/emoji\.|\/node_modules\/uqr\//;

/** Whatever nothing else claims comes with the first screen: cut finer, it compresses worse. */
function groups(entry: string) {
  const first = (id: string) => ![ALONE, DOORS, LATER, LOG].some((part) => part.test(id));
  if (entry === "console") return [{ name: entry, test: (id: string) => !ALONE.test(id) }];
  return [
    // A group takes along what it imports, unless a more important one has it.
    { name: entry, test: first, priority: 4 },
    { name: "log", test: LOG, priority: 3 },
    { name: "doors", test: DOORS, priority: 2 },
    { name: "later", test: LATER, priority: 1 },
  ];
}

/** The list, and the header and composer of a conversation; the log brings the rest of the texts. */
const FIRST_SCREEN = ["src/chat.tsx"];

export default defineConfig(({ mode, command }) => {
  const entry = mode === "console" ? "console" : "chat";
  const folder = `dist/${entry}`;
  return {
    plugins: [
      catalogues(entry === "chat" && command === "build" ? firstTexts(FIRST_SCREEN) : undefined),
      slimSchema(entry === "chat" ? CHAT_ROOTS : undefined),
      react(),
      entryAsIndex(entry, folder),
    ],
    build: {
      outDir: folder,
      emptyOutDir: true,
      target: ["chrome120", "firefox120", "safari17.4"],
      // A data: address would need a hole in the policy (img-src data:).
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      manifest: true,
      reportCompressedSize: false,
      rolldownOptions: {
        input: `${entry}.html`,
        output: { codeSplitting: { groups: groups(entry) } },
      },
    },
    test: {
      include: ["src/**/*.test.ts", "src/**/*.test.tsx", "tests/**/*.test.ts"],
      environment: "node",
      // Files share a worker's modules: to load them anew for each takes half of the time.
      isolate: false,
      restoreMocks: true,
      testTimeout: 20_000,
    },
  };
});
