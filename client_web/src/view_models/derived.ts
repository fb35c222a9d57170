/** An observable that is computed from other things, again a moment after they change. */
import { type Observable, Observed } from "./observable";

/** Runs a callback once, soon: before the next frame is painted. */
export type Soon = (callback: () => void) => void;

export class Derived<T> implements Observable<T> {
  private readonly value: Observed<T>;
  private readonly compute: () => T;
  private readonly soon: Soon;
  private waiting = false;

  constructor(compute: () => T, soon: Soon) {
    this.compute = compute;
    this.soon = soon;
    this.value = new Observed(compute());
  }

  readonly get = (): T => this.value.get();

  readonly subscribe = (listener: () => void): (() => void) => this.value.subscribe(listener);

  /** Something it depends on changed. */
  readonly touch = (): void => {
    if (this.waiting) return;
    this.waiting = true;
    this.soon(() => {
      if (this.waiting) this.update();
    });
  };

  /** Computes it now, for what a person sees under their fingers. */
  readonly update = (): void => {
    this.waiting = false;
    this.value.set(this.compute());
  };
}
