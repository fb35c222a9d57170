/** Entry of the chat's build. */
import "./styles/tokens.css";
import "./styles/base.css";
import { i18n } from "@lingui/core";
import { createRoot } from "react-dom/client";
import { browser } from "./platform/page";
import { BrowserPreferences, showLanguage } from "./platform/preferences";
import { startChat } from "./platform/start_chat";
import { speak, speakAll } from "./views/catalogues";
import { loadDoors, loadRareDoors } from "./views/load_extras";
import { Root } from "./views/root";
import { speaker } from "./views/text";

const preferences = new BrowserPreferences();
i18n.on("change", () => showLanguage(i18n.locale));

/** Whoever was invited in a language reads it first; offline, the one of the page goes on. */
function speakNow(locale: string): Promise<void> {
  preferences.takeLanguage(locale);
  return speak(preferences.chosen.get().language).catch(() => {});
}

/** The screens before the chat: what decides comes with what draws it and what it says. */
const doors = {
  loadDoors: async () => (await loadDoors()).models,
  loadRareDoors: async () => {
    const [{ models }] = await Promise.all([loadRareDoors(), loadDoors()]);
    return models;
  },
};

/** What a notification says; its texts may not be here yet. */
async function alertWords(from: string | undefined): Promise<string> {
  await speakAll();
  const say = speaker(i18n, i18n.locale);
  return from === undefined ? say("alerts.new") : say("alerts.new.from", { name: from });
}

const [app] = await Promise.all([
  startChat(speakNow, doors, () => preferences.chosen.get().undoSend, alertWords),
  speak(preferences.chosen.get().language),
]);
// biome-ignore lint/style/noRestrictedGlobals: where React begins
const root = document.getElementById("root");
if (root !== null) {
  createRoot(root).render(<Root app={app} browser={browser} source={preferences} />);
}
