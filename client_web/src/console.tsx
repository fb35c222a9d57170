/** Entry of the console's build. */
import "./styles/tokens.css";
import "./styles/base.css";
import { i18n } from "@lingui/core";
import { createRoot } from "react-dom/client";
import { browser } from "./platform/page";
import { BrowserPreferences, showLanguage } from "./platform/preferences";
import { startConsole } from "./platform/start_console";
import { speak } from "./views/console/catalogues";
import { ConsoleRoot } from "./views/console/root";

const preferences = new BrowserPreferences();
i18n.on("change", () => showLanguage(i18n.locale, i18n._("console.name")));
await speak(preferences.chosen.get().language);
const app = startConsole();
// biome-ignore lint/style/noRestrictedGlobals: where React begins
const root = document.getElementById("root");
if (root !== null)
  createRoot(root).render(<ConsoleRoot app={app} browser={browser} source={preferences} />);
