/** Presses what a scene names, each as soon as it is there. */
import { i18n } from "@lingui/core";
import type { TextId, Values } from "../text";

/** A text that is pressed, or typed; the menu of the newest message; the last person to pick; a dialog that has a key. */
export type Press =
  | TextId
  | readonly [TextId, Values]
  | "context"
  | "pick"
  | "help"
  | "switch"
  | { readonly type: string };

export async function press(steps: readonly Press[]): Promise<void> {
  for (const step of steps) {
    // What the step before opened shall be there.
    await new Promise(requestAnimationFrame);
    if (step === "context") openMenu(await found(() => last("[role=article]")));
    else if (step === "help") await found(() => byKey({ key: "?" }));
    else if (step === "switch") await found(() => byKey({ key: "k", ctrlKey: true }));
    else if (typeof step === "object" && "type" in step) type(step.type);
    else if (step === "pick") (await found(() => last("[data-stop]"))).click();
    else {
      const [id, values] = typeof step === "string" ? [step] : step;
      const name = i18n._(id, { ...values });
      (await found(() => last("button, summary, [role=menuitem]", name))).click();
    }
  }
}

/** The last one on the page: what opened last stands last. */
function last(selector: string, name?: string): HTMLElement | undefined {
  return [...document.querySelectorAll<HTMLElement>(selector)].findLast(
    (each) =>
      name === undefined || (each.getAttribute("aria-label") ?? each.textContent.trim()) === name,
  );
}

async function found(look: () => HTMLElement | undefined): Promise<HTMLElement> {
  for (;;) {
    const there = look();
    if (there !== undefined) return there;
    await new Promise(requestAnimationFrame);
  }
}

/** By the key for it, once somebody listens: a phone's menu has no keys to explain. */
function byKey(key: KeyboardEventInit): HTMLElement | undefined {
  const there = last("dialog");
  if (there !== undefined) return there;
  document.body.dispatchEvent(new KeyboardEvent("keydown", { ...key, bubbles: true }));
  return last("dialog");
}

/** Into the field that has the focus, as a person does. */
function type(text: string): void {
  document.execCommand("insertText", false, text);
}

function openMenu(row: HTMLElement): void {
  const { left, top, width, height } = row.getBoundingClientRect();
  const at = { clientX: left + width / 2, clientY: top + height / 2 };
  row.dispatchEvent(new MouseEvent("contextmenu", { bubbles: true, cancelable: true, ...at }));
}
