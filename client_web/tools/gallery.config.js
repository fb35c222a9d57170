/** The gallery, built once: hundreds of its scenes are shown for pictures and tests. */
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { catalogues } from "./catalogues.js";

export default defineConfig({
  plugins: [catalogues(undefined), react()],
  build: {
    target: "esnext",
    reportCompressedSize: false,
    rolldownOptions: { input: ["gallery.html", "gallery_console.html"] },
  },
});
