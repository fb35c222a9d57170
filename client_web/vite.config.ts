/** Two builds of one client: `--mode chat` and `--mode console`, each with its own entry and folder. */
import { rename } from "node:fs/promises";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";
import { catalogues } from "./tools/catalogues.js";
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

/**
 * What is fetched when it is first shown. The rest is one chunk: cut into what is shared and what
 * is not, it compresses worse.
 */
const LAZY = new RegExp(
  [
    "/src/(locales|policy)/",
    "/src/views/(invitation|invites|notice|sheets|timeline)/",
    "/src/views/conversation/(log|long_press|menu_items|react|use_message_menu)\\.",
    "/src/views/parts/(own_hours|week_fields|words_fields)\\.",
    "/src/views/(extras|dialogs/(complaint\\w*|new_conversation|shortcuts|share_from))\\.",
    "/node_modules/(uqr|@tanstack)/",
  ].join("|"),
);

export default defineConfig(({ mode }) => {
  const entry = mode === "console" ? "console" : "chat";
  const folder = `dist/${entry}`;
  return {
    plugins: [
      catalogues(),
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
        output: { codeSplitting: { groups: [{ name: entry, test: (id) => !LAZY.test(id) }] } },
      },
    },
    test: {
      include: ["src/**/*.test.ts", "src/**/*.test.tsx", "tests/**/*.test.ts"],
      environment: "node",
      restoreMocks: true,
      testTimeout: 20_000,
    },
  };
});
