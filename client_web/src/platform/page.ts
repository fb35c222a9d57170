/** The page and the device, as the views' ports want them (`views/browser.ts`). */
import { sounds } from "./sounds";
import { steps } from "./steps";

const page = {
  events: window,
  origin: location.origin,
  hasDialog: () => document.querySelector("dialog[open]") !== null,
  hasSelection: () => getSelection()?.isCollapsed === false,
  size: () => ({ width: innerWidth, height: innerHeight }),
  type(text: string): void {
    // Old, and still the only way that the field's own history has it.
    if (text === "") document.execCommand("delete");
    else document.execCommand("insertText", false, text);
  },
  watch(within: Element, listener: () => void): () => void {
    const observer = new MutationObserver(listener);
    observer.observe(within, { childList: true, subtree: true });
    return () => observer.disconnect();
  },
  reload: () => location.reload(),
  print: () => print(),
};

const device = {
  apple: /Mac|iP/.test(navigator.platform),
  online: () => navigator.onLine,
  hasFinePointer: () => matchMedia("(pointer: fine)").matches,
  hasHover: () => matchMedia("(any-hover: hover)").matches,
  tick(): void {
    // Not every browser can, whatever its types say.
    navigator.vibrate?.(10);
  },
};

const clipboard = {
  write: (text: string) => navigator.clipboard.writeText(text),
};

const addresses = {
  of: (content: unknown) => (content instanceof Blob ? URL.createObjectURL(content) : undefined),
  release: (address: string) => URL.revokeObjectURL(address),
};

const downloads = {
  save(name: string, text: string, type: string): void {
    const address = URL.createObjectURL(new Blob([text], { type }));
    follow({ href: address, download: name });
    URL.revokeObjectURL(address);
  },
  // Beside the page: a refusal would replace it. Some seconds after a press browsers open no tab.
  get(address: string): boolean {
    const mayOpen = navigator.userActivation?.isActive ?? true;
    if (mayOpen) follow({ href: address, target: "_blank", rel: "noopener noreferrer" });
    return mayOpen;
  },
};

function follow(how: Partial<HTMLAnchorElement>): void {
  Object.assign(document.createElement("a"), how).click();
}

export const browser = { page, steps, device, clipboard, addresses, downloads, sounds };
