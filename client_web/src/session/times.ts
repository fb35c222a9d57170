/** Times as the protocol writes them. */

/** `YYYY-MM-DDThh:mm:ss.ffffffZ` of milliseconds since 1970. */
export function wireTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace("Z", "000Z");
}
