/** Entry of the chat's build. */
import "./styles/tokens.css";
import "./styles/base.css";
import { createRoot } from "react-dom/client";
import { BrowserPreferences } from "./platform/preferences";
import { startChat } from "./platform/start_chat";
import { speak } from "./views/catalogues";
import { Root } from "./views/root";

const preferences = new BrowserPreferences();
const [app] = await Promise.all([startChat(), speak(preferences.chosen.get().language)]);
const root = document.getElementById("root");
if (root !== null) createRoot(root).render(<Root app={app} source={preferences} />);
