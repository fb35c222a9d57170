/** Presses what a scene names, each as soon as it is there. */
import { i18n } from "@lingui/core";
import type { Press } from "./fakes";

export async function press(steps: readonly Press[]): Promise<void> {
  for (const step of steps) {
    // What the step before opened shall be there.
    await new Promise(requestAnimationFrame);
    if (step === "context") openMenu(await found(() => last("[role=article]")));
    else if (step === "help") await found(help);
    else if (step === "pick") (await found(() => last("[data-stop]"))).click();
    else {
      const [id, values] = typeof step === "string" ? [step] : step;
      const name = i18n._(id, { ...values });
      (await found(() => last("button, [role=menuitem]", name))).click();
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
function help(): HTMLElement | undefined {
  document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "?", bubbles: true }));
  return last("dialog");
}

function openMenu(row: HTMLElement): void {
  const { left, top, width, height } = row.getBoundingClientRect();
  const at = { clientX: left + width / 2, clientY: top + height / 2 };
  row.dispatchEvent(new MouseEvent("contextmenu", { bubbles: true, cancelable: true, ...at }));
}
