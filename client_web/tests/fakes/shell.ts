/** What keeps the page's files on the device: a newer version comes when a test says so. */
import { Signal } from "../../src/session/signal";
import { Observed } from "../../src/view_models/observable";
import type { Shell } from "../../src/view_models/update";

export class FakeShell implements Shell {
  readonly newer = new Observed(false);
  readonly pressed = new Signal<string>();
  looked = 0;
  reloaded = 0;

  look(): void {
    this.looked += 1;
  }

  reload(): void {
    this.reloaded += 1;
  }
}
