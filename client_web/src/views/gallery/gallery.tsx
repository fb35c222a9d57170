/** Every view, from plain values: `gallery.html?scene=deal&theme=dark&lang=pl`. Not part of any build. */
import "../../styles/tokens.css";
import "../../styles/base.css";
import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { createRoot } from "react-dom/client";
import type { ChatApp, Screen } from "../../view_models/chat";
import { Observed } from "../../view_models/observable";
import type { Preferences } from "../../view_models/preferences";
import type { SignInState } from "../../view_models/sign_in";
import { App } from "../app";
import { PreferencesContext } from "../preferences_context";
import { doorOf } from "./doors";
import { chatModel } from "./fakes";
import { OPENED } from "./opened";
import { press } from "./press";
import { NOW } from "./rows";
import { SCENES } from "./scenes";
import { FILE_SCENES } from "./sent_files";
import { SIGN_INS } from "./sign_ins";
import { VOICE_SCENES } from "./voice_notes";
import { WAITING_SCENES } from "./waiting";

const ALL = { ...SCENES, ...OPENED, ...WAITING_SCENES, ...FILE_SCENES, ...VOICE_SCENES };

function screenOf(name: string): Screen {
  const signIn = SIGN_INS[name];
  if (signIn !== undefined) {
    const state = new Observed<SignInState>({ busy: false, byLink: false, ...signIn });
    return { kind: "sign_in", model: { state, submit: async () => {} } };
  }
  const door = doorOf(name);
  if (door !== undefined) return door;
  const scene = ALL[name];
  return scene === undefined ? { kind: "starting" } : { kind: "chat", model: chatModel(scene) };
}

const asked = new URLSearchParams(location.search);
const language = asked.get("lang") === "pl" ? "pl" : "en";
const theme = asked.get("theme");
if (theme !== null) document.documentElement.dataset.theme = theme;
document.documentElement.lang = language;
// The gallery's clock stands still, so that its pictures can be compared.
Date.now = () => NOW;

const catalogue =
  language === "pl" ? await import("../../locales/pl.json") : await import("../../locales/en.json");
i18n.loadAndActivate({ locale: language, messages: catalogue.default });
const chosen: Preferences = {
  language,
  theme: "system",
  setLanguage: () => {},
  undoSend: false,
  setTheme: () => {},
  setUndoSend: () => {},
};
const name = asked.get("scene") ?? "deal";
const app: ChatApp = { screen: new Observed(screenOf(name)) };
const root = document.getElementById("root");
if (root !== null) {
  createRoot(root).render(
    <I18nProvider i18n={i18n}>
      <PreferencesContext value={chosen}>
        <App app={app} />
      </PreferencesContext>
    </I18nProvider>,
  );
}
await press(ALL[name]?.press ?? []);
document.documentElement.dataset.ready = "";
