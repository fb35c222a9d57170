/** Every view, from plain values: `gallery.html?scene=deal&theme=dark&lang=pl`. Not part of any build. */
import "../../src/styles/tokens.css";
import "../../src/styles/base.css";
import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { createRoot } from "react-dom/client";
import { browser } from "../../src/platform/page";
import type { ChatApp, Screen } from "../../src/view_models/chat";
import { Observed } from "../../src/view_models/observable";
import type { Preferences } from "../../src/view_models/preferences";
import type { SignInState } from "../../src/view_models/sign_in";
import { App } from "../../src/views/app";
import { BrowserContext } from "../../src/views/browser";
import { DOOR_PRESS, doorOf } from "../../src/views/gallery/doors";
import { chatModel } from "../../src/views/gallery/fakes";
import { NOTED_SCENES } from "../../src/views/gallery/noted";
import { OPENED } from "../../src/views/gallery/opened";
import { press } from "../../src/views/gallery/press";
import { NOW } from "../../src/views/gallery/rows";
import { SCENES } from "../../src/views/gallery/scenes";
import { FILE_SCENES } from "../../src/views/gallery/sent_files";
import { FIRMS, SIGN_INS } from "../../src/views/gallery/sign_ins";
import { VOICE_SCENES } from "../../src/views/gallery/voice_notes";
import { WAITING_SCENES } from "../../src/views/gallery/waiting";
import { PreferencesContext } from "../../src/views/preferences_context";

const ALL = {
  ...SCENES,
  ...OPENED,
  ...NOTED_SCENES,
  ...WAITING_SCENES,
  ...FILE_SCENES,
  ...VOICE_SCENES,
};

function screenOf(name: string): Screen {
  const signIn = SIGN_INS[name];
  if (signIn !== undefined) {
    const state = new Observed<SignInState>({ busy: false, byLink: false, ...signIn });
    const firm = FIRMS[name];
    return {
      kind: "sign_in",
      model: { state, firm, submit: async () => {}, report: async () => {} },
    };
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
  language === "pl"
    ? await import("../../src/locales/pl.json")
    : await import("../../src/locales/en.json");
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
    <BrowserContext value={browser}>
      <I18nProvider i18n={i18n}>
        <PreferencesContext value={chosen}>
          <App app={app} />
        </PreferencesContext>
      </I18nProvider>
    </BrowserContext>,
  );
}
await press(DOOR_PRESS[name] ?? ALL[name]?.press ?? []);
document.documentElement.dataset.ready = "";
