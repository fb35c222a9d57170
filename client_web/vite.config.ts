/** Two builds of one client: `--mode chat` and `--mode console`, each with its own entry and folder. */
import { rename } from "node:fs/promises";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";
import { brotliBeside } from "./tools/brotli.js";
import { catalogues } from "./tools/catalogues.js";
import { textParts } from "./tools/first_texts.js";
import { CHAT_ROOTS, slimSchema } from "./tools/slim_schema.js";
import { TimedFirst } from "./tools/timed_first.js";
import { worker } from "./tools/worker.js";

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
    "/src/view_models/(client_sign_in|code_entry|invitation|sign_in)_model\\.",
    "/src/view_models/doors\\.",
    "/src/views/(invitation|sign_in)/(?!(first_password|objection|role_code|switching|verify)\\.)",
    "/src/views/notice/notice_text\\.",
    "/src/views/door\\.",
  ].join("|"),
);
/** The other screens before the chat: whoever comes by a link does without. */
const RARE = new RegExp(
  [
    "/src/view_models/(locked|notice|own_password|verify)_model\\.",
    "/src/view_models/(rare_doors|objection|role_code|told)\\.",
    "/src/platform/passkey_ceremony\\.",
    "/src/views/(invitation/(objection|verify)|sign_in/(first_password|role_code|switching))\\.",
    "/src/views/(locked|notice)/",
    "/src/views/rare_doors\\.",
  ].join("|"),
);
/** What opens over a page, wherever: whoever comes in by a link needs it, and no log. */
const OVER =
  /\/src\/views\/(dialogs\/(confirm|dialogs)|parts\/(dialog|menu|new_version|place|person_row|zone_time))\./;
const LOG = new RegExp(
  [
    "/src/views/timeline/",
    "/src/views/(account/account_items|conversations/found)\\.",
    "/src/views/files/(?!viewer|use_zoom)",
    "/src/view_models/(addresses|timeline_rows)\\.",
    "/src/views/conversation/(idle|log|long_press|menu_items|react|their_time|typing|use_message_menu)\\.",
    "/node_modules/@tanstack/",
  ].join("|"),
);
/** Each a piece of its own. */
const ALONE =
  /\/src\/(locales|policy|worker)\/|\/platform\/(voice|microphone)\.|\/view_models\/voice_model\.|\/(qr_code|viewer|use_zoom)\b|\/src\/views\/emoji\/|\/views\/composer\/recorder\.|\/view_models\/emoji\.|\/node_modules\/uqr\//;

/** The first screen is its entry and what that imports without waiting: nothing slips in unasked. */
function groups(entry: string) {
  const apart = (id: string) => id.includes("/src/") && !ALONE.test(id);
  if (entry === "console") return [{ name: entry, test: apart }];
  return [
    // A group takes along what it imports, unless a more important one has it.
    { name: entry, test: /\/src\/chat\.tsx$/, priority: 4 },
    { name: "over", test: OVER, priority: 3.5 },
    { name: "log", test: LOG, priority: 3 },
    { name: "doors", test: DOORS, priority: 2 },
    { name: "rare", test: RARE, priority: 1.5 },
    // Cut finer, it compresses worse.
    { name: "later", test: apart, priority: 1 },
  ];
}

/** The list, and the header and composer of a conversation; the log brings the rest of the texts. */
const FIRST_SCREEN = ["src/chat.tsx"];
/** What whoever comes by a link sees first. */
const WAYS_IN = ["src/views/door.tsx"];

export default defineConfig(({ mode, command }) => {
  const entry = mode === "console" ? "console" : "chat";
  const folder = `dist/${entry}`;
  return {
    plugins: [
      catalogues(
        entry === "chat" && command === "build" ? textParts(FIRST_SCREEN, WAYS_IN) : undefined,
      ),
      slimSchema(entry === "chat" ? CHAT_ROOTS : undefined),
      react(),
      entry === "chat" ? worker("chat.html", "public") : undefined,
      entryAsIndex(entry, folder),
      brotliBeside(folder),
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
      sequence: { sequencer: TimedFirst },
      restoreMocks: true,
      testTimeout: 120_000,
      hookTimeout: 120_000,
    },
  };
});
