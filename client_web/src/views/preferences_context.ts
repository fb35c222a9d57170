/** The preferences, wherever a view needs them. */
import { createContext, useContext } from "react";
import type { Preferences } from "../view_models/preferences";

const still: Preferences = {
  language: "en",
  theme: "system",
  setLanguage: () => {},
  undoSend: false,
  setTheme: () => {},
  setUndoSend: () => {},
};

export const PreferencesContext = createContext<Preferences>(still);

export function usePreferences(): Preferences {
  return useContext(PreferencesContext);
}
