/** What a person sets for this browser: language and colours. */

export type Language = "en" | "pl";
export type Theme = "system" | "light" | "dark";

export interface Preferences {
  readonly language: Language;
  readonly theme: Theme;
  setLanguage(language: Language): void;
  setTheme(theme: Theme): void;
}
