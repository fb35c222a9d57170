/**
 * Finds the command for which the server closes the socket each time.
 *
 * Whatever was in flight when a socket was closed is suspected, and from then on goes alone. One with
 * which alone the socket was closed three times is guilty; an answer clears a suspect.
 */

export const MOST_CUTS = 3;

export class Suspects {
  /** How often the socket was closed with this command alone in flight. */
  private readonly cuts = new Map<string, number>();

  get any(): boolean {
    return this.cuts.size > 0;
  }

  /** The server closed the socket while these were in flight; the guilty one, once it is known. */
  cut(inFlight: readonly string[]): string | undefined {
    const [only] = inFlight;
    if (only === undefined || inFlight.length > 1) {
      for (const id of inFlight) this.cuts.set(id, this.cuts.get(id) ?? 0);
      return undefined;
    }
    const count = (this.cuts.get(only) ?? 0) + 1;
    this.cuts.set(only, count);
    if (count < MOST_CUTS) return undefined;
    this.cuts.delete(only);
    return only;
  }

  clear(id: string): void {
    this.cuts.delete(id);
  }

  /** Whether a command may go while these are in flight: nothing beside a suspect. */
  mayGo(id: string, inFlight: readonly string[]): boolean {
    if (inFlight.length === 0) return true;
    return !this.cuts.has(id) && !inFlight.some((each) => this.cuts.has(each));
  }
}
