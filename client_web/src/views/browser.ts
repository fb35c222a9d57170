/**
 * The browser as views know it: small ports for what lies beyond the elements that they draw.
 *
 * `platform/page.ts` fulfils them; the entries hand it in.
 */
import { createContext, useContext } from "react";
import type { Sounds } from "../view_models/voice_player";

/** What is around the elements that are drawn. */
export interface Page {
  /** Where keys, presses and dragged files are heard, wherever on the page they are. */
  readonly events: Pick<Window, "addEventListener" | "removeEventListener">;
  readonly origin: string;
  /** Whether a dialog lies over everything. */
  hasDialog(): boolean;
  /** Whether text is selected. */
  hasSelection(): boolean;
  size(): { readonly width: number; readonly height: number };
  /** As if it were typed over what is selected: the field's own undo takes it back. */
  type(text: string): void;
  /** Calls back when elements come or go within another. */
  watch(within: Element, listener: () => void): () => void;
  reload(): void;
  print(): void;
}

/** The tab's way back and forth. Each step keeps a state, which outlives its page. */
export interface Steps {
  state(): unknown;
  push(state: object): void;
  go(by: number): void;
  /** Calls back with the state of the step that was gone to. */
  subscribe(listener: (state: unknown) => void): () => void;
}

export interface Device {
  /** Its keyboard has Cmd. */
  readonly apple: boolean;
  online(): boolean;
  /** A mouse or the like comes first, not a finger. */
  hasFinePointer(): boolean;
  /** Something can hover, though it need not come first. */
  hasHover(): boolean;
  /** A short tick in the hand, where the device has one. */
  tick(): void;
}

export interface Clipboard {
  write(text: string): Promise<void>;
}

/** Addresses of bytes that are on this device, for elements to show. */
export interface Addresses {
  /** Undefined: these are no bytes. */
  of(content: unknown): string | undefined;
  release(address: string): void;
}

export interface Downloads {
  /** Saves a text as a file. */
  save(name: string, text: string, type: string): void;
  /** Saves what a server gives to be saved. False: it was not, as the last press is too long ago. */
  get(address: string): boolean;
}

export interface Browser {
  readonly page: Page;
  readonly steps: Steps;
  readonly device: Device;
  readonly clipboard: Clipboard;
  readonly addresses: Addresses;
  readonly downloads: Downloads;
  readonly sounds: Sounds;
}

export const BrowserContext = createContext<Browser | undefined>(undefined);

export function useBrowser(): Browser {
  const browser = useContext(BrowserContext);
  if (browser === undefined) throw new Error("Nothing is drawn without a browser.");
  return browser;
}
