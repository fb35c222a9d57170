/** The console's views, from plain values: `gallery_console.html?scene=console-cases&theme=dark&lang=pl`. */
import "../../src/styles/tokens.css";
import "../../src/styles/base.css";
import { createRoot } from "react-dom/client";
import { browser } from "../../src/platform/page";
import { Observed } from "../../src/view_models/observable";
import type { Language, Theme } from "../../src/view_models/preferences";
import { speak } from "../../src/views/console/catalogues";
import { ConsoleRoot } from "../../src/views/console/root";
import { press } from "../../src/views/gallery/press";
import { NOW } from "../../src/views/gallery/rows";
import { Bar, startedAt } from "../fakes/console";
import { hookScenes, receiptRanges } from "./hooks";
import { linksReported } from "./records";
import { CONSOLE_SCENES } from "./scenes";
import { GalleryServer } from "./server";

const asked = new URLSearchParams(location.search);
const language: Language = asked.get("lang") === "pl" ? "pl" : "en";
const theme = asked.get("theme");
document.documentElement.lang = language;
if (theme !== null) document.documentElement.dataset.theme = theme;
// The gallery's clock stands still, so that its pictures can be compared.
Date.now = () => NOW;
await speak(language);

const scene = CONSOLE_SCENES[asked.get("scene") ?? ""] ?? { at: "" };
const server = new GalleryServer(
  scene.role ?? "compliance",
  scene.count ?? 12,
  scene.offline ?? false,
);
if (scene.outside !== undefined) server.outside.add(scene.outside);
server.hooksThere = [...(scene.hooks === undefined ? [] : hookScenes[scene.hooks])];
server.rangesThere = [...receiptRanges];
if (scene.linkReport) server.linksReported = [...linksReported];
if (scene.firstTime) server.chosen = undefined;
server.session = !(scene.signedOut ?? false);
const app = await startedAt(scene.at, server, new Bar(), undefined, scene.was);
const source = {
  chosen: new Observed<{ language: Language; theme: Theme; undoSend: boolean }>({
    language,
    theme: "system",
    undoSend: false,
  }),
  setLanguage() {},
  setTheme() {},
  setUndoSend() {},
  suggestLanguage() {},
};
const root = document.getElementById("root");
if (root !== null)
  createRoot(root).render(<ConsoleRoot app={app} browser={browser} source={source} />);
await press(scene.press ?? []);
document.documentElement.dataset.ready = "";
