/** A value that can be read and watched: what `useSyncExternalStore` takes, and no more. */

export interface Observable<T> {
  /** The value now; the same object until it changes. May be passed around unbound. */
  readonly get: () => T;
  /** Calls back after each change until the returned function is called. */
  readonly subscribe: (listener: () => void) => () => void;
}

/** An observable whose owner sets it. */
export class Observed<T> implements Observable<T> {
  private readonly listeners = new Set<() => void>();
  private value: T;

  constructor(value: T) {
    this.value = value;
  }

  readonly get = (): T => this.value;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  };

  /** Takes a new value and tells everybody, unless it is the one it has. */
  set(value: T): void {
    if (Object.is(value, this.value)) return;
    this.value = value;
    for (const listener of [...this.listeners]) listener();
  }
}
