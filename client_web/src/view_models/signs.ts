/** Whether texts suggest going on where nothing is recorded; the rules are fetched when first needed. */
import { Signal } from "../session/signal";

/** Returns the kinds of signs in a text; none: empty. */
export type FindSigns = (text: string) => readonly string[];

export class Signs {
  /** The rules are there. */
  readonly ready = new Signal();
  private readonly load: () => Promise<FindSigns>;
  private loading = false;
  private find: FindSigns | undefined;

  constructor(load: () => Promise<FindSigns>) {
    this.load = load;
  }

  get known(): boolean {
    return this.find !== undefined;
  }

  /** Fetches the rules; without a network the next call tries again. */
  async fetch(): Promise<void> {
    if (this.known || this.loading) return;
    this.loading = true;
    try {
      this.find = await this.load();
      this.ready.emit();
    } catch {
      // A hint that cannot be given is not missed.
    } finally {
      this.loading = false;
    }
  }

  /** False as long as the rules are not known. */
  readonly in = (text: string): boolean => this.find !== undefined && this.find(text).length > 0;
}
