/** Looks at what is being written, whenever the person pauses. */
import type { Cancel } from "../session/ports";
import type { Context } from "./context";

/** Nobody is interrupted in the middle of a word. */
const PAUSE_MS = 500;

export class WrittenSigns {
  private readonly context: Context;
  private readonly changed: () => void;
  private readonly stop: Cancel;
  private text = "";
  private waiting: Cancel | undefined;
  private dismissed = false;
  private found = false;

  /** `changed`: `shown` may be another. */
  constructor(context: Context, changed: () => void) {
    this.context = context;
    this.changed = changed;
    this.stop = context.signs.ready.subscribe(() => {
      if (this.waiting === undefined) this.look();
    });
  }

  /** Whether something is to be said about the text. */
  get shown(): boolean {
    return this.found && !this.dismissed;
  }

  /** The text is now this one. An empty one ends what was begun, a dismissal too. */
  typed(text: string): void {
    this.text = text;
    this.waiting?.();
    this.waiting = undefined;
    if (text.trim() === "") {
      this.found = this.dismissed = false;
      return;
    }
    void this.context.signs.fetch();
    this.waiting = this.context.session.clock.after(PAUSE_MS, () => {
      this.waiting = undefined;
      this.look();
    });
  }

  /** Nothing more is said about this text, however it goes on. */
  dismiss(): void {
    this.dismissed = true;
  }

  close(): void {
    this.waiting?.();
    this.stop();
  }

  private look(): void {
    const found = this.context.signs.in(this.text);
    if (found === this.found) return;
    this.found = found;
    this.changed();
  }
}
