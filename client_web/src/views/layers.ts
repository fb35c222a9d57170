/** What lies over the screen (dialogs, menus, the picture viewer): the way back closes the uppermost first. */
import { createContext, useContext, useEffect, useLayoutEffect, useRef } from "react";

/** One of them; the same object for as long as it is open. */
interface Layer {
  close(): void;
}

export class Layers {
  private readonly open: Layer[] = [];
  private readonly listeners = new Set<() => void>();

  get count(): number {
    return this.open.length;
  }

  /** Puts it on top of the others; what is returned takes it away. */
  add(layer: Layer): () => void {
    this.open.push(layer);
    this.tell();
    return () => {
      this.open.splice(this.open.indexOf(layer), 1);
      this.tell();
    };
  }

  /** Closes the uppermost, which may ask first and stay. False: there is none. */
  closeTop(): boolean {
    const top = this.open.at(-1);
    top?.close();
    return top !== undefined;
  }

  /** Calls back after each change until the returned function is called. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  };

  private tell(): void {
    for (const listener of [...this.listeners]) listener();
  }
}

/** Undefined: no step back closes them, as in the console. */
export const LayersContext = createContext<Layers | undefined>(undefined);

/** Counts as a layer for as long as it is rendered. */
export function useLayer(onClose: () => void): void {
  const layers = useContext(LayersContext);
  const close = useRef(onClose);
  useEffect(() => {
    close.current = onClose;
  });
  useLayoutEffect(() => layers?.add({ close: () => close.current() }), [layers]);
}
