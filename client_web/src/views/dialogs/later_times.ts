/** Times to send at: what is offered, and what fields of a form say. All of them by this device's clock. */

/** `YYYY-MM-DDTHH:MM` as a field of the type datetime-local has it. */
export function fieldTime(at: Date): string {
  const two = (n: number) => String(n).padStart(2, "0");
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** As the wire writes times. */
export function wireTimeOf(field: string): string {
  return new Date(field).toISOString().replace("Z", "000Z");
}

const OPENS = 8;
const MONDAY = 1;

/** In an hour, tomorrow at eight, and on the next Monday at eight, where that is another day. */
export function offered(now: number): readonly string[] {
  const hour = new Date(now + 3_600_000);
  const morning = (days: number) => {
    const at = new Date(now);
    at.setDate(at.getDate() + days);
    at.setHours(OPENS, 0, 0, 0);
    return at;
  };
  const toMonday = (7 + MONDAY - new Date(now).getDay()) % 7 || 7;
  const times = [hour, morning(1), ...(toMonday === 1 ? [] : [morning(toMonday)])];
  return times.map(fieldTime);
}

/** The zone of this device, with its distance from UTC then: "Europe/Warsaw, GMT+1". */
export function zoneAt(field: string, locale: string): string {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const at = new Date(field);
  const parts = new Intl.DateTimeFormat(locale, { timeZoneName: "shortOffset" }).formatToParts(
    Number.isNaN(at.getTime()) ? new Date() : at,
  );
  const offset = parts.find(({ type }) => type === "timeZoneName")?.value;
  return offset === undefined ? timeZone : `${timeZone}, ${offset}`;
}
