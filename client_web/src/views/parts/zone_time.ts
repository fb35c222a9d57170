/** What a clock shows elsewhere. */
import type { Language } from "../../view_models/preferences";

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
