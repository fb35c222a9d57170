/** Times of one width, so that columns stay columns: of records in UTC, of terms in the firm's zone. */

/** What shows times in a zone: 2026-11-24 09:41. `zone`: UTC where this browser does not know it. */
export interface Wall {
  readonly zone: string;
  at(time: string): string;
}

export function wallOf(zone: string): Wall {
  const known = formatOf(zone);
  const format = known ?? formatOf(UTC);
  return {
    zone: known === undefined ? UTC : zone,
    at: (time) => format?.format(Date.parse(time)) ?? "",
  };
}

const UTC = "UTC";

/** Sweden writes times as ISO 8601 does. */
function formatOf(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeStyle: "short", timeZone });
  } catch {
    return undefined;
  }
}

/** 2026-11-24 09:41:03 UTC, where nothing beside it names the zone */
export function utcOf(at: string): string {
  return `${clockOf(at)} ${UTC}`;
}

/** 2026-11-24 09:41:03 */
export function clockOf(at: string): string {
  return `${at.slice(0, 10)} ${at.slice(11, 19)}`;
}
