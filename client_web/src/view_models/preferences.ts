/** What a person sets for this browser: language, colours, and how messages are sent. */

export type Language = "en" | "pl";
export type Theme = "system" | "light" | "dark";

export interface Preferences {
  readonly language: Language;
  readonly theme: Theme;
  /** Messages can be taken back for some seconds before they are sent. */
  readonly undoSend: boolean;
  setUndoSend(on: boolean): void;
  setLanguage(language: Language): void;
  setTheme(theme: Theme): void;
}
