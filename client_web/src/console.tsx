/** Entry of the console's build. */
import "./styles/tokens.css";
import "./styles/base.css";
import { createRoot } from "react-dom/client";
import { BrowserPreferences } from "./platform/preferences";
import { startConsole } from "./platform/start_console";
import { speak } from "./views/console/catalogues";
import { ConsoleRoot } from "./views/console/root";

const preferences = new BrowserPreferences();
await speak(preferences.chosen.get().language);
const app = startConsole();
const root = document.getElementById("root");
if (root !== null) createRoot(root).render(<ConsoleRoot app={app} source={preferences} />);
