/** Code that is fetched when it is first needed, and at hand from then on. */
import { Signal } from "../session/signal";

export class Fetched<T> {
  /** It is there. */
  readonly ready = new Signal();
  private readonly load: () => Promise<T>;
  private loading = false;
  private loaded: T | undefined;

  constructor(load: () => Promise<T>) {
    this.load = load;
  }

  /** Undefined: not yet. */
  get value(): T | undefined {
    return this.loaded;
  }

  /** Without a network the next call tries again. */
  async fetch(): Promise<void> {
    if (this.loaded !== undefined || this.loading) return;
    this.loading = true;
    try {
      this.loaded = await this.load();
      this.ready.emit();
    } catch {
      // Who needs it goes on without, or says so.
    } finally {
      this.loading = false;
    }
  }
}
