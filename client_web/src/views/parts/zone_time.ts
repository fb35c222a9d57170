/** What a clock shows elsewhere. */
import type { Language } from "../../view_models/preferences";

/** Whether a clock there shows something else than one here. False where the zone is not known. */
export function isElsewhere(zone: string, at: number, here?: string): boolean {
  const shown = (timeZone: string | undefined) =>
    new Intl.DateTimeFormat("en-GB", { dateStyle: "short", timeStyle: "short", timeZone }).format(
      at,
    );
  try {
    return shown(zone) !== shown(here);
  } catch {
    return false;
  }
}

/** 22:10; undefined: this browser does not know the zone. */
export function timeIn(zone: string, at: number, language: Language): string | undefined {
  try {
    return new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, {
      hour: "2-digit",
      minute: "2-digit",
      timeZone: zone,
    }).format(at);
  } catch {
    return undefined;
  }
}
